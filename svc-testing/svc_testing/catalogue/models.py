"""What may be tested against what: standards with editions, parameters with limits, methods and prices."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import ExactDecimal, Model, UTCDateTime


class LimitColumns:
    """A limit: `kind` is max, min, range, text, not_detected or none; `limit_text` is what is printed."""

    limit_kind: Mapped[str] = mapped_column(sa.String(20))
    limit_low: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    limit_high: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    limit_text: Mapped[str] = mapped_column(sa.String(120), default="")


class ParameterColumns(LimitColumns):
    """What a chosen parameter is: the same columns in the catalogue, frozen on the order, and on the analysis."""

    name: Mapped[str] = mapped_column(sa.String(160))
    unit: Mapped[str] = mapped_column(sa.String(60))
    method: Mapped[str] = mapped_column(sa.String(160))
    price_amount: Mapped[int]
    is_accredited: Mapped[bool] = mapped_column(default=False)
    lead_days: Mapped[int]
    lab_group: Mapped[str] = mapped_column(sa.String(40))
    required_verifiers: Mapped[int] = mapped_column(default=1)
    workload_points: Mapped[Decimal] = mapped_column(ExactDecimal(), default=Decimal(1))
    is_biota: Mapped[bool] = mapped_column(default=False)


FROZEN = (
    "name unit method price_amount is_accredited lead_days lab_group required_verifiers workload_points is_biota "
    "limit_kind limit_low limit_high limit_text"
).split()


class Standard(Model):
    """One edition of a standard or regulation (*peraturan*)."""

    __tablename__ = "standard"

    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    matrix: Mapped[str] = mapped_column(sa.String(80))
    methods: Mapped[str] = mapped_column(sa.String(120), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    superseded_by: Mapped[str] = mapped_column(sa.String(120), default="")
    is_price_example: Mapped[bool] = mapped_column(default=True)

    parameters: Mapped[list[Parameter]] = relationship(back_populates="standard", order_by="Parameter.position")

    def is_current(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Parameter(Model, ParameterColumns):
    """One thing that can be measured under a standard; blocked ones may not be ordered, with a note why."""

    __tablename__ = "parameter"
    __table_args__ = (sa.UniqueConstraint("standard_id", "name"),)

    standard_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("standard.id"))
    position: Mapped[int]
    blocked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    blocked_note: Mapped[str] = mapped_column(sa.String(300), default="")
    source_note: Mapped[str] = mapped_column(sa.String(120), default="")

    standard: Mapped[Standard] = relationship(back_populates="parameters")

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None


class Setting(Model):
    """A switch of this office, changed by an admin."""

    __tablename__ = "setting"

    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    value: Mapped[str] = mapped_column(sa.String(300))
    label: Mapped[str] = mapped_column(sa.String(200))
