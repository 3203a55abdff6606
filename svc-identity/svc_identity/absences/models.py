from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import Model
from chassis.workflow import Lifecycle
from svc_identity.accounts.models import User


class Absence(Lifecycle, Model):
    """Both days included. The stand-in passes the absent person's checks meanwhile."""

    __tablename__ = "absences"
    __table_args__ = (sa.CheckConstraint("from_on <= until_on", name="order_of_days"),)

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id"), index=True)
    stand_in_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    user: Mapped[User] = relationship(foreign_keys=user_id, lazy="joined", innerjoin=True)
    stand_in: Mapped[User | None] = relationship(foreign_keys=stand_in_id, lazy="joined")
