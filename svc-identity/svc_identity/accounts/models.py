from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import Model, UTCDateTime, now
from svc_identity.roles import CUSTOMER


class User(Model):
    """Somebody who can sign in, or will be once a link was used: then there is no username yet."""

    __tablename__ = "users"
    __table_args__ = (sa.UniqueConstraint("username"),)

    kind: Mapped[str] = mapped_column(sa.String(10))
    username: Mapped[str | None] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    email_key: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(sa.String(300), default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    password_set_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    last_login_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    grants: Mapped[list[Grant]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="(Grant.role, Grant.scope)"
    )

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def roles(self) -> list[str]:
        return sorted({grant.role for grant in self.grants}) if self.is_staff else [CUSTOMER]

    @property
    def scope(self) -> dict[str, list[str]]:
        """Laboratory groups per role; a role that is granted without one is not limited and does not appear."""
        unlimited = {grant.role for grant in self.grants if not grant.scope}
        limited: dict[str, list[str]] = {}
        for grant in self.grants:
            if grant.role not in unlimited:
                limited.setdefault(grant.role, []).append(grant.scope)
        return limited


class Grant(Model):
    """One role of one person, limited to a laboratory group when `scope` is not empty."""

    __tablename__ = "grants"
    __table_args__ = (sa.UniqueConstraint("user_id", "role", "scope"),)

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    scope: Mapped[str] = mapped_column(sa.String(60), default="")
