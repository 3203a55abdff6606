"""Pesan lagi: what an earlier order would be today, and the draft made of it."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, session
from gateway.formatters import human_number
from gateway.views import drafts, page

bp = Blueprint("reordering", __name__, url_prefix="/pengujian/order/<uuid:order_id>/pesan-lagi")


@bp.route("", methods=["GET", "POST"])
@session.signed_in
def show(order_id: Any) -> Any:
    back = {"href": url_for("orders.show", order_id=order_id), "label": "Kembali ke order"}
    if request.method == "POST":
        answer = drafts.send("POST", f"orders/{order_id}/reorders", {})
        if answer.ok:
            return drafts.made(answer.body, "Draf baru dibuat dengan sampel yang sama. Periksa, lalu kirim ke CS.")
        return page.go(back["href"], answer.detail or "Order ini tidak dapat dipesan lagi.", "danger")
    order = clients.fetch("testing", f"orders/{order_id}")
    plan = clients.fetch("testing", f"orders/{order_id}/reorders")
    is_possible = any(sample["parameters"] for sample in plan["samples"])
    heading = f"Pesan lagi {order['number'] or human_number(order)}"
    return page.render("reorder.html", heading=heading, plan=plan, is_possible=is_possible, back=back)
