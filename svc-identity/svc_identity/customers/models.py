from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Model, UTCDateTime
from chassis.workflow import Lifecycle


class Customer(Lifecycle, Model):
    """A company or person that orders. `is_claimed` is false while nobody can sign in for it (walk-in)."""

    __tablename__ = "customers"
    __table_args__ = (sa.Index("ix_customers_status_created", "status", "created_at", "id"),)

    name: Mapped[str] = mapped_column(sa.String(200))
    customer_type: Mapped[str] = mapped_column(sa.String(20))
    customer_group: Mapped[str] = mapped_column(sa.String(20))
    npwp: Mapped[str] = mapped_column(sa.String(16), index=True)
    nib: Mapped[str] = mapped_column(sa.String(13), default="")
    kbli: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(500))
    city: Mapped[str] = mapped_column(sa.String(100))
    phone: Mapped[str] = mapped_column(sa.String(300))
    email: Mapped[str] = mapped_column(sa.String(254))
    is_claimed: Mapped[bool] = mapped_column(default=True)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    verified_by: Mapped[str | None] = mapped_column(sa.String(64))
    refusal: Mapped[str] = mapped_column(sa.Text(), default="")
