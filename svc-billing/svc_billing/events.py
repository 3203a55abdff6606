"""What billing tells the others; docs/chassis.md has the table, contracts/events an example of each."""

from __future__ import annotations

from typing import Any

from chassis.workflow import Act
from svc_billing.models import Invoice
from svc_billing.workflow import INVOICE, REFUND


@INVOICE.payload()
def invoice_facts(act: Act) -> dict[str, Any]:
    invoice: Invoice = act.thing
    return facts_of(invoice)


def facts_of(invoice: Invoice) -> dict[str, Any]:
    return {
        "invoice_id": invoice.id,
        "order_id": invoice.order_id,
        "service": invoice.service,
        "revision": invoice.revision,
        "pre_number": invoice.pre_number,
        "customer_id": invoice.customer_id,
        "total_amount": invoice.total_amount,
        "status": invoice.status,
    }


@INVOICE.payload("bill")
def billed(act: Act) -> dict[str, Any]:
    attempt = act.thing.bill_attempt
    return {"issued_at": attempt.issued_at, "expires_at": attempt.expires_at, **printed(act)}


@INVOICE.payload("expire")
def expired(act: Act) -> dict[str, Any]:
    return {"expires_at": act.thing.bill_attempt.expires_at}


@INVOICE.payload("confirm", "confirm_earlier", "pay_by_deposit", "correct_payment")
def paid(act: Act) -> dict[str, Any]:
    return {"paid_at": act.thing.paid_at, **printed(act)}


@INVOICE.payload("defer")
def deferred(act: Act) -> dict[str, Any]:
    return {"due_on": act.thing.due_on, **printed(act)}


@INVOICE.payload("waive")
def printed(act: Act) -> dict[str, Any]:
    """Which frozen content svc-documents is to print."""
    return {"render_id": act.thing.prints[-1].id}


@REFUND.payload()
def refund_facts(act: Act) -> dict[str, Any]:
    refund, invoice = act.thing, act.thing.invoice
    return {
        "refund_id": refund.id,
        "invoice_id": invoice.id,
        "order_id": invoice.order_id,
        "service": invoice.service,
        "pre_number": invoice.pre_number,
        "customer_id": invoice.customer_id,
        "amount": refund.amount,
        "kind": refund.kind,
        "status": refund.status,
    }
