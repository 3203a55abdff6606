from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import ExactDecimal, JSONType, Model, UTCDateTime, now
from chassis.workflow import Lifecycle
from svc_testing.catalogue.models import ParameterColumns

if TYPE_CHECKING:
    from svc_testing.samples.models import Sample


class Sheet(JSONType):
    """A sheet of counts, "" in the table where there is none. Words that were typed before there were sheets are none either."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:
        return super().process_bind_param(value, dialect) or ""

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return super().process_result_value(value, dialect) if value and value.startswith("{") else None


class Analysis(Model, Lifecycle, ParameterColumns):
    """One parameter of one sample, with everything frozen that it is judged by."""

    __tablename__ = "analysis"
    __table_args__ = (
        sa.Index("ix_analysis_sample", "sample_id", "position"),
        sa.Index("ix_analysis_created_at_id", "created_at", "id"),
        sa.Index("ix_analysis_analyst", "analyst_id", "status"),
        sa.Index("ix_analysis_name_id", "name", "id"),
    )

    untold = frozenset({"draft_result", "draft_operand", "draft_saved_at", "counts"})  # customers read histories

    sample_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sample.id"))
    position: Mapped[int]
    repeat_of_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("analysis.id"))
    supervisor_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    analyst_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    target_on: Mapped[date | None]
    draft_result: Mapped[str] = mapped_column(sa.String(300), default="")
    draft_operand: Mapped[str] = mapped_column(sa.String(4), default="")
    draft_saved_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    workload: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    counts: Mapped[dict[str, Any] | None] = mapped_column(Sheet(), nullable=False)

    sample: Mapped[Sample] = relationship(back_populates="analyses")
    results: Mapped[list[Result]] = relationship(back_populates="analysis", order_by="Result.n")

    @property
    def result(self) -> Result | None:
        """The current result; a returned one stays readable but no longer counts."""
        last = self.results[-1] if self.results else None
        return last if last and last.retracted_at is None else None

    @property
    def responsible_id(self) -> uuid.UUID | None:
        return self.supervisor_id or self.sample.supervisor_id


class Result(Model):
    """One version of a result; never changed, only followed (ISO/IEC 17025 7.5.2)."""

    __tablename__ = "result"
    __table_args__ = (sa.UniqueConstraint("analysis_id", "n"),)

    analysis_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("analysis.id"))
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    operand: Mapped[str] = mapped_column(sa.String(4), default="")
    typed: Mapped[str] = mapped_column(sa.String(300))
    display: Mapped[str] = mapped_column(sa.String(320))
    value: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    passes: Mapped[bool | None]
    tested_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    counts: Mapped[dict[str, Any] | None] = mapped_column(Sheet(), nullable=False, server_default="")
    entered_by: Mapped[str] = mapped_column(sa.String(64))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    retracted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    analysis: Mapped[Analysis] = relationship(back_populates="results")
    verifications: Mapped[list[Verification]] = relationship(back_populates="result", order_by="Verification.at")


class Verification(Model):
    """One person looked at one result version and agreed."""

    __tablename__ = "verification"
    __table_args__ = (sa.UniqueConstraint("result_id", "verifier_id"),)

    result_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("result.id"))
    verifier_id: Mapped[str] = mapped_column(sa.String(64))
    verifier_name: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    note: Mapped[str] = mapped_column(sa.Text(), default="")

    result: Mapped[Result] = relationship(back_populates="verifications")
