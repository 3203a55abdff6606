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
        attempt=invoice.get("ebilling"),
        groups=[{"label": "", "offers": offers.of(invoice)}],
        back=back,
    )


@bp.get("/<uuid:invoice_id>/riwayat")
@session.signed_in
def history(invoice_id: Any) -> Any:
    back = {"href": url_for("invoices.show", invoice_id=invoice_id), "label": "Kembali ke invoice"}
    return pieces.show_history(back, "billing", f"invoices/{invoice_id}/history")
