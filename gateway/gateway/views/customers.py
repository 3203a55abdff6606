"""Customers: registrations to verify or refuse."""

from typing import Any

from flask import Blueprint, url_for

from gateway import clients, session
from gateway.views import offers, page, pieces

bp = Blueprint("customers", __name__, url_prefix="/pelanggan")


@bp.get("/<uuid:customer_id>")
@session.signed_in
def show(customer_id: Any) -> Any:
    customer = clients.fetch("identity", f"customers/{customer_id}")
    return page.render(
        "customer.html",
        heading=customer.get("name") or "Pelanggan",
        customer=customer,
        groups=[{"label": "", "offers": offers.of(customer)}],
        back={"href": "/pelanggan", "label": "Daftar pelanggan"},
    )


@bp.get("/<uuid:customer_id>/riwayat")
@session.signed_in
def history(customer_id: Any) -> Any:
    back = {"href": url_for("customers.show", customer_id=customer_id), "label": "Kembali"}
    return pieces.show_history(back, "identity", f"customers/{customer_id}/history")
