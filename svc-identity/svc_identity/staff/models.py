from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import Model
from chassis.workflow import Lifecycle
from svc_identity.accounts.models import User


class Staff(Lifecycle, Model):
    """Somebody of the office; shares its id with the user."""

    __tablename__ = "staff"

    id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    nip: Mapped[str] = mapped_column(sa.String(30), default="")
    gender: Mapped[str] = mapped_column(sa.String(10), default="")
    section: Mapped[str] = mapped_column(sa.String(100), default="")
    structural_level: Mapped[str] = mapped_column(sa.String(60), default="")
    employment: Mapped[str] = mapped_column(sa.String(20), default="other")
    photo_file_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    photo_by: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def name(self) -> str:
        return self.user.name
