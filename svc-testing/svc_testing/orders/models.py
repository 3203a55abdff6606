from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import JSONType, Model, UTCDateTime, now
from chassis.workflow import Lifecycle

if TYPE_CHECKING:
    from svc_testing.reports.models import Report
    from svc_testing.samples.models import Sample


# what any desk may still have to do with: few, however many have ended
OPEN = sa.text("status NOT IN ('archived', 'cancelled', 'discarded') OR cancellation_requested_at IS NOT NULL")
UNPAID = sa.text("paid_at IS NULL AND payment_terms IS NULL")
ON_TERMS = sa.text("payment_terms IS NOT NULL")


class Order(Model, Lifecycle):
    """A customer's order: root of its samples, analyses and reports. Prints what was frozen at submission."""

    __tablename__ = "test_order"
    __table_args__ = (
        sa.UniqueConstraint("pre_number"),
        sa.UniqueConstraint("number", "numbered_year"),
        sa.Index("ix_test_order_customer", "customer_id", "created_at", "id"),
        sa.Index("ix_test_order_created_at_id", "created_at", "id"),
        sa.Index("ix_test_order_open", "created_at", "id", postgresql_where=OPEN, sqlite_where=OPEN),
        sa.Index("ix_test_order_status_id", "status", "id"),
        sa.Index("ix_test_order_customer_name_id", "customer_name", "id"),
        sa.Index("ix_test_order_origin_created_at_id", "origin", "created_at", "id"),
        sa.Index("ix_test_order_unpaid", "created_at", "id", postgresql_where=UNPAID, sqlite_where=UNPAID),
        sa.Index(
            "ix_test_order_on_terms",
            "payment_terms",
            "created_at",
            "id",
            postgresql_where=ON_TERMS,
            sqlite_where=ON_TERMS,
        ),
        sa.Index("ix_test_order_submitted_at", "submitted_at"),
    )

    pre_number: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[str | None] = mapped_column(sa.String(40))
    numbered_year: Mapped[int | None]
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid())
    created_by: Mapped[str] = mapped_column(sa.String(64))
    origin: Mapped[str] = mapped_column(sa.String(20))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("test_order.id"))

    customer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    report_name: Mapped[str] = mapped_column(sa.String(200), default="")
    report_address: Mapped[str] = mapped_column(sa.Text(), default="")
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(200), default="")
    remark: Mapped[str] = mapped_column(sa.Text(), default="")

    touched_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    forwarded_by: Mapped[str | None] = mapped_column(sa.String(64))
    invoice_revision: Mapped[int] = mapped_column(default=0)
    invoice_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    payment_terms: Mapped[str | None] = mapped_column(sa.String(20))
    numbered_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    distributed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    cancellation_requested_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONType())  # kept by `orders.summaries`

    samples: Mapped[list[Sample]] = relationship(back_populates="order", order_by="Sample.position")
    reports: Mapped[list[Report]] = relationship(back_populates="order", order_by="Report.created_at")

    @property
    def is_cleared(self) -> bool:
        return self.paid_at is not None or self.payment_terms is not None

    @property
    def total_amount(self) -> int:
        return sum(sample.amount for sample in self.samples if sample.status != "withdrawn")
