"""The tables of billing. An invoice is the root: attempts, payments and refunds are locked through it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from chassis.db import ExactDecimal, JSONType, Model, UTCDateTime, now
from chassis.workflow import Lifecycle

VALIDITY = timedelta(hours=7 * 24)

UNSETTLED = ("opened", "billed", "expired", "deferred")
SETTLED = ("paid", "waived")
DEAD = ("returned", "voided")


def _unique_where(name: str, column: str, condition: str) -> sa.Index:
    where = sa.text(condition)
    return sa.Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


class CustomerCopy(Model):
    """What billing needs to know of a customer; identity owns it. `id` is the customer's id there."""

    __tablename__ = "customer_copies"

    name: Mapped[str]
    address: Mapped[str | None]
    city: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    status: Mapped[str]
    as_of: Mapped[datetime] = mapped_column(UTCDateTime())


class Invoice(Lifecycle, Model):
    NO_DISCOUNT = Decimal(0)

    __tablename__ = "invoices"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "revision", name="uq_invoices_order_id_revision"),
        _unique_where("uq_invoices_live_order", "order_id", "is_live"),
        sa.Index("ix_invoices_status_created_at", "status", "created_at"),
        sa.Index("ix_invoices_customer_id_created_at", "customer_id", "created_at"),
        sa.Index("ix_invoices_created_at_id", "created_at", "id"),
        sa.Index("ix_invoices_ordered_at_id", "ordered_at", "id"),
        sa.Index("ix_invoices_total_amount_id", "total_amount", "id"),
        sa.Index("ix_invoices_status_total_amount", "status", "total_amount"),
        sa.Index("ix_invoices_paid_at", "paid_at", "status", "total_amount"),
        sa.CheckConstraint("total_amount >= 0", name="total_not_negative"),
        sa.CheckConstraint("deposit_amount >= 0", name="deposit_not_negative"),
    )

    service: Mapped[str]
    order_id: Mapped[uuid.UUID]
    revision: Mapped[int]
    is_live: Mapped[bool] = mapped_column(default=True)
    pre_number: Mapped[str] = mapped_column(index=True)
    order_number: Mapped[str | None] = mapped_column(index=True)
    order_numbered_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ordered_at: Mapped[datetime] = mapped_column(UTCDateTime())
    sample_origin: Mapped[str]
    forwarded_by: Mapped[str] = mapped_column(sa.String(64))
    customer_id: Mapped[uuid.UUID]

    certificate_amount: Mapped[int] = mapped_column(sa.BigInteger)
    discount_percent: Mapped[Decimal] = mapped_column(ExactDecimal(), default=Decimal(0))
    discount_basis: Mapped[str | None]
    deposit_amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    lines_amount: Mapped[int] = mapped_column(sa.BigInteger)
    sub_total_amount: Mapped[int] = mapped_column(sa.BigInteger)
    discount_amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    total_amount: Mapped[int] = mapped_column(sa.BigInteger)

    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime())  # first paid, waived or deferred; stays
    clearance_basis: Mapped[str | None]
    clearance_file_id: Mapped[uuid.UUID | None]
    clearance_by: Mapped[str | None] = mapped_column(sa.String(64))
    contract_no: Mapped[str | None]
    due_on: Mapped[date | None]

    lines: Mapped[list[InvoiceLine]] = relationship(back_populates="invoice", order_by="InvoiceLine.position")
    attempts: Mapped[list[EBilling]] = relationship(back_populates="invoice", order_by="EBilling.id")
    payments: Mapped[list[Payment]] = relationship(back_populates="invoice", order_by="Payment.id")
    refunds: Mapped[list[Refund]] = relationship(back_populates="invoice", order_by="Refund.id")
    cancelled_parts: Mapped[list[CancelledPart]] = relationship(back_populates="invoice")
    customer: Mapped[CustomerCopy | None] = relationship(
        primaryjoin="foreign(Invoice.customer_id) == CustomerCopy.id", viewonly=True
    )
    contracts: Mapped[list[Contract]] = relationship(
        primaryjoin="Invoice.customer_id == foreign(Contract.customer_id)", viewonly=True, uselist=True
    )
    prints: Mapped[list[InvoicePrint]] = relationship(back_populates="invoice", order_by="InvoicePrint.id")
    documents: Mapped[list[DocumentCopy]] = relationship(back_populates="invoice", order_by="DocumentCopy.render_id")

    @property
    def active_attempt(self) -> EBilling | None:
        return next((attempt for attempt in self.attempts if attempt.status == "issued"), None)

    @property
    def bill_attempt(self) -> EBilling | None:
        """The attempt the invoice stands on: the one paid or active, else the one that changed last."""
        standing = (attempt for attempt in self.attempts if attempt.status in ("paid", "issued"))
        return next(standing, None) or max(self.attempts, key=lambda attempt: attempt.status_since, default=None)

    @property
    def earlier_attempts(self) -> list[EBilling]:
        return [attempt for attempt in self.attempts if attempt.status in ("expired", "cancelled")]

    @property
    def earlier_choices(self) -> list[tuple[str, str]]:
        return [(str(attempt.id), attempt.billing_code) for attempt in self.earlier_attempts]

    @property
    def payment(self) -> Payment | None:
        return next((payment for payment in self.payments if payment.reversed_at is None), None)

    @property
    def paid_amount(self) -> int:
        """Money and deposit received for this invoice."""
        return self.total_amount + self.deposit_amount if self.status == "paid" else 0

    @property
    def refund_amount(self) -> int:
        """Asked back or given back already."""
        return sum(refund.amount for refund in self.refunds if refund.status != "refused")


class InvoiceLine(Model):
    """One sample as it was priced when the order was forwarded; never changed."""

    __tablename__ = "invoice_lines"

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    position: Mapped[int]
    sample_id: Mapped[uuid.UUID | None]
    label: Mapped[str]
    standard: Mapped[str | None]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    invoice: Mapped[Invoice] = relationship(back_populates="lines")


class EBilling(Lifecycle, Model):
    """One billing attempt: a code of the state's payment system, good for exactly 7 × 24 hours."""

    __tablename__ = "ebillings"
    __table_args__ = (
        sa.UniqueConstraint("billing_code", name="uq_ebillings_billing_code"),
        _unique_where("uq_ebillings_active", "invoice_id", "status = 'issued'"),
        sa.Index("ix_ebillings_status_expires_at", "status", "expires_at"),
    )

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    billing_code: Mapped[str] = mapped_column(sa.String(15))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime())
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    scan_file_id: Mapped[uuid.UUID]
    attached_by: Mapped[str] = mapped_column(sa.String(64))
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    invoice: Mapped[Invoice] = relationship(back_populates="attempts")

    def was_valid_at(self, moment: datetime) -> bool:
        return self.issued_at <= moment < self.expires_at

    @property
    def has_usual_code(self) -> bool:
        """Codes of non-tax revenue begin with 7, 8 or 9 (reference §3.1)."""
        return self.billing_code[0] in "789"


class Payment(Model):
    """A receipt of the treasury. A reversed one stays; its NTPN may then serve the invoice it belongs to."""

    __tablename__ = "payments"
    __table_args__ = (
        _unique_where("uq_payments_ntpn", "ntpn", "reversed_at IS NULL"),
        _unique_where("uq_payments_invoice", "invoice_id", "reversed_at IS NULL"),
    )

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    ebilling_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ebillings.id"), index=True)
    ntpn: Mapped[str] = mapped_column(sa.String(16), index=True)
    ntb: Mapped[str | None] = mapped_column(sa.String(20))
    channel: Mapped[str | None]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    paid_at: Mapped[datetime] = mapped_column(UTCDateTime())
    proof_file_id: Mapped[uuid.UUID]
    attached_by: Mapped[str] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    recorded_by: Mapped[str] = mapped_column(sa.String(64))
    reversed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    invoice: Mapped[Invoice] = relationship(back_populates="payments")
    ebilling: Mapped[EBilling] = relationship()


class Refund(Lifecycle, Model):
    __tablename__ = "refunds"
    __table_args__ = (
        sa.UniqueConstraint("cause", name="uq_refunds_cause"),
        sa.Index("ix_refunds_status_created_at", "status", "created_at"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    cause: Mapped[str]  # what it is asked for: "order:<id>:<revision>", "sample:<id>", "analysis:<id>"
    kind: Mapped[str]  # deposit or disbursement
    reason: Mapped[str | None]
    requested_amount: Mapped[int] = mapped_column(sa.BigInteger)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    requested_by: Mapped[str | None] = mapped_column(sa.String(64))
    basis: Mapped[str | None]
    invoice: Mapped[Invoice] = relationship(back_populates="refunds")


class CancelledPart(Model):
    """A sample or parameter that fell away after it was billed, whether its money is asked back or not."""

    __tablename__ = "cancelled_parts"
    __table_args__ = (sa.UniqueConstraint("cause", name="uq_cancelled_parts_cause"),)

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    cause: Mapped[str]
    sample_id: Mapped[uuid.UUID]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    invoice: Mapped[Invoice] = relationship(back_populates="cancelled_parts")


class Entry(Model):
    """One line of a posting; the entries of a posting sum to zero. Debit is positive. Never changed."""

    __tablename__ = "entries"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.Index("ix_entries_customer_id_account", "customer_id", "account"),
    )

    posting_id: Mapped[uuid.UUID] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(sa.String(12))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    invoice_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    customer_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)


class DepositAccount(Model):
    """The row that is locked before a customer's deposit is touched. `id` is the customer's id."""

    __tablename__ = "deposit_accounts"


class Contract(Model):
    """A customer's contract to pay later."""

    __tablename__ = "contracts"
    __table_args__ = (sa.UniqueConstraint("number", name="uq_contracts_number"),)

    number: Mapped[str] = mapped_column()
    customer_id: Mapped[uuid.UUID] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    ceiling_amount: Mapped[int] = mapped_column(sa.BigInteger)
    owed_amount: Mapped[int] = column_property(
        sa.select(sa.func.coalesce(sa.func.sum(Invoice.total_amount), 0))
        .where(Invoice.contract_no == number, Invoice.status.in_(UNSETTLED))
        .correlate_except(Invoice)
        .scalar_subquery()
    )

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to

    def has_room_for(self, invoice: Invoice) -> bool:
        counted = invoice.total_amount if invoice.contract_no == self.number else 0
        return self.owed_amount - counted + invoice.total_amount <= self.ceiling_amount


class InvoicePrint(Model):
    """What is to be printed, frozen when it was asked for. `id` is the render id of the event."""

    __tablename__ = "invoice_prints"

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    content: Mapped[dict[str, object]] = mapped_column(JSONType())
    frozen_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    invoice: Mapped[Invoice] = relationship(back_populates="prints")


class DocumentCopy(Model):
    """An invoice that svc-documents has printed. `id` is the document's id there."""

    __tablename__ = "document_copies"

    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    render_id: Mapped[uuid.UUID]  # UUIDv7: sorts by when the printing was asked for
    file_id: Mapped[uuid.UUID]
    code: Mapped[str]
    rendered_at: Mapped[datetime] = mapped_column(UTCDateTime())
    invoice: Mapped[Invoice] = relationship(back_populates="documents")
