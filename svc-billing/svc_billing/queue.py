"""What waits for whom at the money desk, and by which numbers its things are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from chassis.auth import Principal
from chassis.finding import Kind
from chassis.queues import Lane, Step
from svc_billing.models import EBilling, Invoice, Payment, Refund
from svc_billing.visibility import invoices_of, refunds_of

API = "/api/v1/billing"
INVOICE_PARTS = (
    *(selectinload(part) for part in (Invoice.attempts, Invoice.payments, Invoice.refunds, Invoice.contracts)),
    selectinload(Invoice.customer),
)
REFUND_PARTS = selectinload(Refund.invoice).options(selectinload(Invoice.customer), selectinload(Invoice.refunds))


def _invoices(*statuses: str) -> Any:
    def rows(principal: Principal) -> sa.Select[Any]:
        return sa.select(Invoice).where(invoices_of(principal), Invoice.status.in_(statuses)).options(*INVOICE_PARTS)

    return rows


def _refunds(status: str) -> Any:
    def rows(principal: Principal) -> sa.Select[Any]:
        return sa.select(Refund).where(refunds_of(principal), Refund.status == status).options(REFUND_PARTS)

    return rows


def _expiry(principal: Principal) -> Any:
    """Until when the code that is out may be paid."""
    codes = sa.select(sa.func.max(EBilling.expires_at)).where(EBilling.status == "issued")
    return codes.where(EBilling.invoice_id == Invoice.id).correlate(Invoice).scalar_subquery()


def rupiah(amount: int) -> str:
    return f"Rp {amount:,}".replace(",", ".")


def describe_invoice(invoice: Invoice, principal: Principal) -> dict[str, Any]:
    return {
        "kind": "Invoice",
        "number": invoice.order_number or invoice.pre_number,
        "title": invoice.customer.name if invoice.customer else "",
        "about": rupiah(invoice.total_amount),
        "links": {"self": f"{API}/invoices/{invoice.id}"},
    }


def describe_refund(refund: Refund, principal: Principal) -> dict[str, Any]:
    shown = describe_invoice(refund.invoice, principal)
    return shown | {"kind": "Pengembalian", "about": f"{rupiah(refund.amount)}: {refund.reason}"}


QUEUE = (
    Lane(
        box="new",
        label="Order Baru",
        roles=("treasurer",),
        href=f"{API}/invoices?box=new",
        rows=_invoices("opened", "deferred"),
        since=Invoice.status_since,
        due=lambda principal: Invoice.due_on,
        describe=describe_invoice,
        steps=(Step(names=("bill",)),),
    ),
    Lane(
        box="process",
        label="Order Proses",
        roles=("treasurer",),
        href=f"{API}/invoices?status=billed",
        rows=_invoices("billed"),
        since=Invoice.status_since,
        due=_expiry,
        describe=describe_invoice,
        steps=(Step(names=("confirm",)),),
    ),
    Lane(
        box="refunds",
        label="Pengembalian",
        roles=("head_of_office",),
        href=f"{API}/refunds?box=refunds",
        rows=_refunds("requested"),
        since=Refund.status_since,
        describe=describe_refund,
        steps=(Step(names=("approve",)),),
    ),
    Lane(
        box="refunds-open",
        label="Pengembalian",
        roles=("treasurer",),
        href=f"{API}/refunds?status=approved",
        rows=_refunds("approved"),
        since=Refund.status_since,
        describe=describe_refund,
        steps=(Step(names=("credit",)),),
    ),
)


def _joined(parts: Any) -> Callable[[Principal], sa.Select[Any]]:
    return lambda principal: sa.select(Invoice).where(invoices_of(principal)).join(parts)


def _by_order(principal: Principal) -> sa.Select[Any]:
    """For the money desk an order's number means its invoice; everybody else looks for the order."""
    return sa.select(Invoice).where(sa.literal(principal.has("treasurer")), Invoice.is_live)


NUMBERS = (
    Kind(
        label="Invoice",
        columns=(EBilling.billing_code,),
        rows=_joined(Invoice.attempts),
        describe=describe_invoice,
    ),
    Kind(
        label="Invoice",
        columns=(Payment.ntpn,),
        rows=_joined(Invoice.payments),
        describe=describe_invoice,
    ),
    Kind(
        label="Invoice",
        columns=(Invoice.pre_number, Invoice.order_number),
        rows=_by_order,
        describe=describe_invoice,
    ),
)
