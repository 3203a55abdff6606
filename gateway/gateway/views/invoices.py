"""One invoice, as the treasurer and the customer see it."""

from typing import Any

from flask import Blueprint, url_for

from gateway import clients, session
from gateway.views import offers, page, pieces

bp = Blueprint("invoices", __name__, url_prefix="/invoice")


@bp.get("/<uuid:invoice_id>")
@session.signed_in
def show(invoice_id: Any) -> Any:
    invoice = clients.fetch("billing", f"invoices/{invoice_id}")
    person = session.current()
    back = {"href": "/invoice", "label": "Daftar invoice"}
    if person and person.has("customer", "customer_service") and invoice.get("order_id"):
        back = {"href": url_for("orders.show", order_id=invoice["order_id"]), "label": "Kembali ke order"}
    return page.render(
        "invoice.html",
        heading=f"Invoice {invoice.get('pre_number') or ''}".strip(),
        invoice=invoice,
        attempt=active_attempt(invoice),
        attempts=attempts_of(invoice),
        groups=[{"label": "", "offers": offers.of(invoice)}],
        back=back,
    )


def attempts_of(invoice: dict[str, Any]) -> list[dict[str, Any]]:
    found = invoice.get("ebilling") or invoice.get("ebillings") or invoice.get("attempts") or []
    return [found] if isinstance(found, dict) else list(found)


def active_attempt(invoice: dict[str, Any]) -> dict[str, Any] | None:
    def code(attempt: dict[str, Any]) -> str:
        status = attempt.get("status")
        return status.get("code", "") if isinstance(status, dict) else str(status or "")

    return next((attempt for attempt in attempts_of(invoice) if code(attempt) == "issued"), None)


@bp.get("/<uuid:invoice_id>/riwayat")
@session.signed_in
def history(invoice_id: Any) -> Any:
    back = {"href": url_for("invoices.show", invoice_id=invoice_id), "label": "Kembali ke invoice"}
    return pieces.show_history(back, "billing", f"invoices/{invoice_id}/history")
