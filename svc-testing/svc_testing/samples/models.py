from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import JSONType, Model, UTCDateTime
from chassis.workflow import Lifecycle
from svc_testing.catalogue.models import Parameter, ParameterColumns, Standard

if TYPE_CHECKING:
    from svc_testing.analyses.models import Analysis
    from svc_testing.orders.models import Order
    from svc_testing.reports.models import Report

report_sample = sa.Table(
    "report_sample",
    Model.metadata,
    sa.Column("report_id", sa.ForeignKey("report.id"), primary_key=True),
    sa.Column("sample_id", sa.ForeignKey("sample.id"), primary_key=True, index=True),
)


class Sample(Model, Lifecycle):
    """One thing brought in to be tested (*contoh uji*)."""

    __tablename__ = "sample"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.Index("ix_sample_order", "order_id", "position"),
        sa.Index("ix_sample_created_at_id", "created_at", "id"),
        sa.Index("ix_sample_status_created_at_id", "status", "created_at", "id"),
        sa.Index("ix_sample_supervisor", "supervisor_id", "status"),
        sa.Index("ix_sample_standard_created_at_id", "standard_id", "created_at", "id"),
        sa.Index("ix_sample_id_target_on", "id", "target_on"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("test_order.id"))
    position: Mapped[int]
    number: Mapped[str | None] = mapped_column(sa.String(40))
    sample_type: Mapped[str] = mapped_column(sa.String(200))
    code_location: Mapped[str] = mapped_column(sa.String(200))
    standard_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("standard.id"))
    standard_name: Mapped[str] = mapped_column(sa.String(300), default="")
    remark: Mapped[str] = mapped_column(sa.Text(), default="")
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    is_accredited: Mapped[bool] = mapped_column(default=True)
    supplements_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sample.id"))

    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    condition: Mapped[str] = mapped_column(sa.String(300), default="")
    storage: Mapped[str] = mapped_column(sa.String(300), default="")
    photo_file_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    photo_by: Mapped[str] = mapped_column(sa.String(64), default="")
    checklist: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONType())
    conclusion: Mapped[str] = mapped_column(sa.String(40), default="")
    customer_agreement: Mapped[str] = mapped_column(sa.Text(), default="")
    refusal_reason: Mapped[str] = mapped_column(sa.Text(), default="")
    may_proceed: Mapped[bool] = mapped_column(default=False)
    expected_on: Mapped[date | None]
    query_reason: Mapped[str] = mapped_column(sa.Text(), default="")
    answer: Mapped[str] = mapped_column(sa.Text(), default="")

    supervisor_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    distributed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    target_on: Mapped[date | None] = mapped_column(sa.Date(), index=True)
    checked_by: Mapped[str] = mapped_column(sa.String(64), default="")
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    order: Mapped[Order] = relationship(back_populates="samples")
    standard: Mapped[Standard] = relationship()
    parameters: Mapped[list[SampleParameter]] = relationship(
        back_populates="sample", order_by="SampleParameter.position", cascade="all, delete-orphan"
    )
    analyses: Mapped[list[Analysis]] = relationship(back_populates="sample", order_by="Analysis.position, Analysis.id")
    reports: Mapped[list[Report]] = relationship(
        secondary=report_sample, back_populates="samples", order_by="Report.id"
    )

    @property
    def amount(self) -> int:
        return sum(parameter.price_amount for parameter in self.parameters)

    @property
    def live_analyses(self) -> list[Analysis]:
        return [analysis for analysis in self.analyses if analysis.status not in ("repeated", "cancelled")]

    @property
    def report(self) -> Report | None:
        """The report this sample is being or was last reported on."""
        live = [report for report in self.reports if report.status not in ("voided", "refused", "replaced")]
        return live[-1] if live else None


class SampleParameter(Model, ParameterColumns):
    """A parameter chosen for a sample. Follows the catalogue while the order is a draft, frozen at submission."""

    __tablename__ = "sample_parameter"
    __table_args__ = (sa.UniqueConstraint("sample_id", "parameter_id"),)

    sample_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sample.id"))
    parameter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("parameter.id"))
    position: Mapped[int]

    sample: Mapped[Sample] = relationship(back_populates="parameters")
    parameter: Mapped[Parameter] = relationship()
