"""Events billing reacts to. Each may come twice, late or early; TooEarly asks for it again."""

from __future__ import annotations

from chassis.db import lock
from chassis.events import Event, TooEarly, on
from svc_billing import customers, invoices, refunds
from svc_billing.schemas import Customer, DocumentRendered, OrderClosed, OrderForwarded, OrderNumbered, PartCancelled


@on("testing.order.forwarded", OrderForwarded)
def open_invoice(event: Event) -> None:
    facts = event.data | {"service": event.type.split(".")[0], "ordered_at": event["ordered_at"] or event.time}
    invoices.open_for_order(facts)


@on("testing.order.recalled", OrderClosed)
def take_invoice_back(event: Event) -> None:
    _close(event, about="recall", refund="deposit")


@on("testing.order.cancelled", OrderClosed)
def close_invoice(event: Event) -> None:
    _close(event, about="order", refund=event["refund"])


def _close(event: Event, *, about: str, refund: str | None) -> None:
    if invoice := invoices.current(event["order_id"], event["revision"], about=event.type):
        invoices.close(invoice, about=about, reason=event["reason"] or "", refund=refund)


@on("testing.order.numbered", OrderNumbered)
def lock_settlement(event: Event) -> None:
    if invoice := invoices.current(event["order_id"], event["revision"], about=event.type):
        invoices.mark_numbered(invoice, event["order_number"], event.time)


@on("testing.sample.withdrawn", PartCancelled)
def refund_sample(event: Event) -> None:
    _refund_part(event, cause=f"sample:{event['sample_id']}")


@on("testing.analysis.cancelled", PartCancelled)
def refund_analysis(event: Event) -> None:
    _refund_part(event, cause=f"analysis:{event['analysis_id']}")


def _refund_part(event: Event, *, cause: str) -> None:
    invoice = invoices.find_latest(event["order_id"])
    if invoice is None:
        raise TooEarly(f"order {event['order_id']} has no invoice yet")
    refunds.request_part(
        lock(invoice),
        kind=event["refund"],
        amount=event["amount"] or 0,
        cause=cause,
        sample_id=event["sample_id"],
        reason=event["reason"] or "",
    )


@on("identity.customer.*", Customer)
def copy_customer(event: Event) -> None:
    facts = dict(event.data)
    customers.copy(facts.pop("customer_id"), facts, as_of=event.time)


@on("documents.document.rendered", DocumentRendered)
def keep_document(event: Event) -> None:
    if event["kind"] == "invoice":
        wanted = ("render_id", "file_id", "code", "rendered_at")
        facts = {name: event[name] for name in wanted}
        invoices.attach_document({**facts, "id": event["document_id"], "invoice_id": event["subject_id"]})
