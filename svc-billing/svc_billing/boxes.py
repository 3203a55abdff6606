"""The menu boxes and lists of the money desk: which box holds what, for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import aliased, selectinload

from chassis.auth import Principal
from chassis.exports import Source
from chassis.lists import Column, Like, Listing, Word, bounded_count
from chassis.problems import BadForm
from chassis.workflow import Workflow
from svc_billing.models import CustomerCopy, EBilling, Invoice, Refund
from svc_billing.representations import PAYMENT_LABELS
from svc_billing.schemas import InvoiceListArgs
from svc_billing.visibility import invoices_of, refunds_of
from svc_billing.workflow import INVOICE, REFUND


@dataclass(frozen=True)
class Box:
    code: str
    label: str
    roles: tuple[str, ...]
    model: Any
    statuses: tuple[str, ...]

    @property
    def href(self) -> str:
        collection = "refunds" if self.model is Refund else "invoices"
        return f"/api/v1/billing/{collection}?box={self.code}"


BOXES = (
    Box("new", "Order Baru", ("treasurer",), Invoice, ("opened", "deferred")),
    Box("process", "Order Proses", ("treasurer",), Invoice, ("billed", "expired")),
    Box("archive", "Order Lama", ("treasurer",), Invoice, ("paid", "waived")),
    Box("refunds", "Pengembalian", ("head_of_office",), Refund, ("requested",)),
    Box("refunds-open", "Pengembalian", ("treasurer",), Refund, ("requested", "approved")),
)

LATEST_CODE = (
    sa.select(sa.func.max(EBilling.billing_code))
    .where(EBilling.invoice_id == Invoice.id)
    .correlate(Invoice)
    .scalar_subquery()
)


def _found(like: Like) -> sa.ColumnElement[bool]:
    """By numbers, by the customer's name, by the latest code: one look in the index of each, not at every invoice."""
    other = aliased(EBilling)
    later = sa.exists().where(other.invoice_id == EBilling.invoice_id, other.billing_code > EBilling.billing_code)
    named = sa.select(CustomerCopy.id).where(like(CustomerCopy.name))
    return Invoice.id.in_(
        sa.union_all(
            sa.select(Invoice.id).where(sa.or_(like(Invoice.pre_number), like(Invoice.order_number))),
            sa.select(Invoice.id).where(Invoice.customer_id.in_(named)),
            sa.select(EBilling.invoice_id).where(like(EBilling.billing_code), ~later),
        )
    )


def labels_of(flow: Workflow) -> Callable[[str], str]:
    """`billed,expired` in the words of the workflow."""
    return lambda codes: ", ".join(flow.label(code) for code in codes.split(",") if code in flow.states)


INVOICES = Listing(
    model=Invoice,
    sorts={"created_at": Invoice.created_at, "ordered_at": Invoice.ordered_at, "total_amount": Invoice.total_amount},
    default_sort="-created_at",
    search=(Invoice.pre_number, Invoice.order_number, CustomerCopy.name, LATEST_CODE),
    finds=_found,
    filters={"order_id": Invoice.order_id, "service": Invoice.service},
    dated=Invoice.ordered_at,
    heading="Invoice",
    words={"status": Word("Status", labels_of(INVOICE))},
    columns=(
        Column("Pre-Order", lambda invoice: invoice.pre_number, "pre_number"),
        Column("Order", lambda invoice: invoice.order_number or "0", "number"),
        Column("Tanggal Order", lambda invoice: invoice.ordered_at, "ordered_on"),
        Column("Nama Pelanggan", lambda invoice: invoice.customer and invoice.customer.name, "customer"),
        Column("Kontak", lambda invoice: invoice.customer and invoice.customer.phone, "contact"),
        Column("Asal Contoh", lambda invoice: invoice.sample_origin, "origin"),
        Column("Total", lambda invoice: invoice.total_amount, "total"),
        Column(
            "Kode Billing", lambda invoice: invoice.bill_attempt and invoice.bill_attempt.billing_code, "billing_code"
        ),
        Column("Status", lambda invoice: INVOICE.label(invoice.status), "status"),
        Column("Pembayaran", lambda invoice: PAYMENT_LABELS[invoice.status], "payment"),
    ),
)

REFUNDS = Listing(
    model=Refund,
    sorts={"created_at": Refund.created_at, "amount": Refund.amount},
    default_sort="-created_at",
    search=(Invoice.pre_number, sa.func.coalesce(Invoice.order_number, ""), sa.func.coalesce(CustomerCopy.name, "")),
    filters={"order_id": Invoice.order_id},
    dated=Refund.created_at,
    heading="Pengembalian dana",
    words={"status": Word("Status", labels_of(REFUND))},
    columns=(
        Column("Pre-Order", lambda refund: refund.invoice.pre_number, "pre_number"),
        Column("Nama Pelanggan", lambda refund: refund.invoice.customer and refund.invoice.customer.name, "customer"),
        Column("Diajukan", lambda refund: refund.created_at, "requested_on"),
        Column("Jumlah", lambda refund: refund.amount, "amount"),
        Column("Alasan", lambda refund: refund.reason, "reason"),
        Column("Status", lambda refund: REFUND.label(refund.status), "status"),
    ),
)


def list_invoices(principal: Principal, box: str) -> sa.Select[Any]:
    query = sa.select(Invoice).outerjoin(CustomerCopy, CustomerCopy.id == Invoice.customer_id)
    loaded = [selectinload(part) for part in (Invoice.attempts, Invoice.payments, Invoice.refunds, Invoice.contracts)]
    return _in_box(
        query.options(*loaded, selectinload(Invoice.customer)).where(invoices_of(principal)),
        box,
        Invoice,
        principal,
    )


def list_refunds(principal: Principal, box: str) -> sa.Select[Any]:
    query = sa.select(Refund).join(Invoice).outerjoin(CustomerCopy, CustomerCopy.id == Invoice.customer_id)
    loaded = selectinload(Refund.invoice)
    query = query.options(loaded.selectinload(Invoice.customer), loaded.selectinload(Invoice.refunds))
    return _in_box(query.where(refunds_of(principal)), box, Refund, principal)


def _in_box(query: sa.Select[Any], code: str, model: Any, principal: Principal) -> sa.Select[Any]:
    if not code:
        return query
    box = next((box for box in BOXES if box.code == code and box.model is model), None)
    if box is None:
        raise BadForm("Kotak tidak dikenal.", errors={"box": ["Tidak dikenal."]})
    return query.where(model.status.in_(box.statuses)) if principal.has(*box.roles) else query.where(sa.false())


def worklists(principal: Principal) -> list[dict[str, Any]]:
    return [_count(box, principal) for box in BOXES if principal.has(*box.roles)]


def _count(box: Box, principal: Principal) -> dict[str, Any]:
    rows = invoices_of(principal) if box.model is Invoice else refunds_of(principal)
    count, exact = bounded_count(sa.select(box.model).where(rows, box.model.status.in_(box.statuses)))
    return {"box": box.code, "label": box.label, "count": count, "count_is_exact": exact, "href": box.href}


SOURCES = (
    Source(
        name="invoices",
        listing=INVOICES,
        select=lambda args: list_invoices(g.principal, args["box"]),
        args=InvoiceListArgs,
    ),
    Source(
        name="refunds",
        listing=REFUNDS,
        select=lambda args: list_refunds(g.principal, args["box"]),
        args=InvoiceListArgs,
    ),
)
