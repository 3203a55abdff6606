from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import JSONType, Model, UTCDateTime
from chassis.workflow import Lifecycle
from svc_testing.samples.models import report_sample

if TYPE_CHECKING:
    from svc_testing.orders.models import Order
    from svc_testing.samples.models import Sample


FIRST = sa.text("replaces_id IS NULL")


class Report(Model, Lifecycle):
    """A test report (*laporan hasil uji*, LHU). Its content is frozen at approval; corrections are new versions."""

    __tablename__ = "report"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.Index("ix_report_order", "order_id"),
        sa.Index("ix_report_created_at_id", "created_at", "id"),
        sa.Index("ix_report_status_id", "status", "id"),
        sa.Index("ix_report_sent_at_order", "sent_at", "order_id"),
        sa.Index("ix_report_first_issued_on", "issued_on", "id", postgresql_where=FIRST, sqlite_where=FIRST),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("test_order.id"))
    number: Mapped[str | None] = mapped_column(sa.String(80))
    version_no: Mapped[int] = mapped_column(default=0)
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("report.id"), index=True)
    amendment_reason: Mapped[str] = mapped_column(sa.Text(), default="")
    amendment_change: Mapped[str] = mapped_column(sa.Text(), default="")
    amendment_fee: Mapped[str] = mapped_column(sa.String(20), default="")
    is_accredited: Mapped[bool] = mapped_column(default=True)

    typed_by: Mapped[str] = mapped_column(sa.String(64), default="")
    approved_by: Mapped[str] = mapped_column(sa.String(64), default="")
    approved_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    issued_on: Mapped[date | None]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONType())
    render_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    render_error: Mapped[str] = mapped_column(sa.Text(), default="")
    render_requested_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    file_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    code: Mapped[str] = mapped_column(sa.String(64), default="")

    print_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    handover: Mapped[dict[str, Any] | None] = mapped_column(JSONType())

    order: Mapped[Order] = relationship(back_populates="reports")
    samples: Mapped[list[Sample]] = relationship(
        secondary=report_sample, back_populates="reports", order_by="Sample.position"
    )
    replaces: Mapped[Report | None] = relationship(remote_side="Report.id")

    @property
    def is_amendment(self) -> bool:
        return self.replaces_id is not None

    @property
    def is_open(self) -> bool:
        return self.status not in ("voided", "refused", "replaced", "withdrawn")
