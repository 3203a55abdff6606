"""Customers: registrations to verify or refuse."""

from typing import Any

from flask import Blueprint

from gateway import clients, session
from gateway.views import offers, page

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
