"""What may be tested against what: standards with editions, parameters with limits, methods and prices."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import ExactDecimal, JSONType, Model, UTCDateTime
from chassis.workflow import Lifecycle

IS_KEPT = sa.text("status <> 'deleted'")


class LimitColumns:
    """A limit: `kind` is max, min, range, text, not_detected or none; `limit_text` is what is printed.

    `limit_words` are the words that meet a limit of words, where more than the printed one do; `limit_basis` is adbk or adbb.
    """

    limit_kind: Mapped[str] = mapped_column(sa.String(20))
    limit_low: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    limit_high: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    limit_text: Mapped[str] = mapped_column(sa.String(120), default="")
    limit_words: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    limit_basis: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    limit_note: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")


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
    "limit_kind limit_low limit_high limit_text limit_words limit_basis limit_note"
).split()


class Standard(Lifecycle, Model):
    """One edition of a standard or regulation (*peraturan*); a class of a standard is an edition of its own."""

    __tablename__ = "standard"
    __table_args__ = (
        sa.Index("uq_standard_code", "code", unique=True, sqlite_where=IS_KEPT, postgresql_where=IS_KEPT),
    )

    code: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(200))
    matrix: Mapped[str] = mapped_column(sa.String(80))
    edition: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    class_name: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    methods: Mapped[str] = mapped_column(sa.String(120), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    superseded_by: Mapped[str] = mapped_column(sa.String(120), default="")
    is_price_example: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(sa.Text(), default="", server_default="")
    source: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")

    parameters: Mapped[list[Parameter]] = relationship(
        back_populates="standard",
        order_by="Parameter.position",
        primaryjoin="and_(Standard.id == Parameter.standard_id, Parameter.status != 'deleted')",
    )

    def is_current(self, day: date) -> bool:
        if self.status == "deleted":
            return False
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Parameter(Lifecycle, Model, ParameterColumns):
    """One thing that can be measured under a standard; blocked ones may not be ordered, with a note why."""

    __tablename__ = "parameter"
    __table_args__ = (
        sa.Index(
            "uq_parameter_name", "standard_id", "name", unique=True, sqlite_where=IS_KEPT, postgresql_where=IS_KEPT
        ),
    )

    standard_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("standard.id"))
    position: Mapped[int]
    blocked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    blocked_note: Mapped[str] = mapped_column(sa.String(300), default="")
    source_note: Mapped[str] = mapped_column(sa.String(120), default="")

    standard: Mapped[Standard] = relationship(back_populates="parameters")

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None


class CatalogueImport(Lifecycle, Model):
    """A sheet somebody wants to bring in: what it says, and what that would change; it is applied whole or not at all."""

    __tablename__ = "catalogue_import"

    file_name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    brought_by: Mapped[str] = mapped_column(sa.String(200))
    rows: Mapped[dict[str, Any]] = mapped_column(JSONType())
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONType())


class Setting(Model):
    """A switch of this office, changed by an admin."""

    __tablename__ = "setting"

    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    value: Mapped[str] = mapped_column(sa.String(300))
    label: Mapped[str] = mapped_column(sa.String(200))
