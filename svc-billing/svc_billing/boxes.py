"""The menu boxes and lists of the money desk: which box holds what, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from chassis.auth import Principal
from chassis.lists import Column, Listing, bounded_count
from chassis.problems import BadForm
from svc_billing.models import CustomerCopy, EBilling, Invoice, Refund
from svc_billing.representations import PAYMENT_LABELS
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

INVOICES = Listing(
    model=Invoice,
    sorts={"created_at": Invoice.created_at, "ordered_at": Invoice.ordered_at, "total_amount": Invoice.total_amount},
    default_sort="-created_at",
    search=(
        Invoice.pre_number,
        sa.func.coalesce(Invoice.order_number, ""),
        sa.func.coalesce(CustomerCopy.name, ""),
        LATEST_CODE,
    ),
    filters={"order_id": Invoice.order_id, "service": Invoice.service},
    dated=Invoice.ordered_at,
    columns=(
        Column("Pre-Order", lambda invoice: invoice.pre_number),
        Column("Order", lambda invoice: invoice.order_number or "0"),
        Column("Tanggal Order", lambda invoice: invoice.ordered_at),
        Column("Nama Pelanggan", lambda invoice: invoice.customer and invoice.customer.name),
        Column("Kontak", lambda invoice: invoice.customer and invoice.customer.phone),
        Column("Asal Contoh", lambda invoice: invoice.sample_origin),
        Column("Total", lambda invoice: invoice.total_amount),
        Column("Kode Billing", lambda invoice: invoice.bill_attempt and invoice.bill_attempt.billing_code),
        Column("Status", lambda invoice: INVOICE.label(invoice.status)),
        Column("Pembayaran", lambda invoice: PAYMENT_LABELS[invoice.status]),
    ),
)

REFUNDS = Listing(
    model=Refund,
    sorts={"created_at": Refund.created_at, "amount": Refund.amount},
    default_sort="-created_at",
    search=(Invoice.pre_number, sa.func.coalesce(Invoice.order_number, ""), sa.func.coalesce(CustomerCopy.name, "")),
    filters={"order_id": Invoice.order_id},
    dated=Refund.created_at,
    columns=(
        Column("Pre-Order", lambda refund: refund.invoice.pre_number),
        Column("Nama Pelanggan", lambda refund: refund.invoice.customer and refund.invoice.customer.name),
        Column("Diajukan", lambda refund: refund.created_at),
        Column("Jumlah", lambda refund: refund.amount),
        Column("Alasan", lambda refund: refund.reason),
        Column("Status", lambda refund: REFUND.label(refund.status)),
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
