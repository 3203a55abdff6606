"""One order: facts, samples, reports, timeline, and pieces of other services that load and fail by themselves."""

from typing import Any

from flask import Blueprint, url_for

from gateway import clients, session
from gateway.formatters import human_number
from gateway.views import offers, page, pieces

bp = Blueprint("orders", __name__, url_prefix="/pengujian/order/<uuid:order_id>")


@bp.get("")
@session.signed_in
def show(order_id: Any) -> Any:
    order = clients.fetch("testing", f"orders/{order_id}")
    return page.render(
        "order.html",
        heading=heading_of(order),
        order=order,
        steps=page.tracking(order.get("status")),
        groups=action_groups(order),
        is_draft=is_draft(order),
        may_edit=may_edit(order),
        back={"href": "/pengujian/order", "label": "Daftar order"},
    )


def heading_of(order: dict[str, Any]) -> str:
    if order.get("number"):
        return f"Order {order['number']}"
    return f"Pre-order {human_number(order)}"


def is_draft(order: dict[str, Any]) -> bool:
    return (order.get("status") or {}).get("code") == "drafted"


def may_edit(order: dict[str, Any]) -> bool:
    """May samples be added and changed? Only while it is a draft, by its customer or by CS for him."""
    person = session.current()
    return bool(is_draft(order) and person and person.has("customer", "customer_service"))


def action_groups(order: dict[str, Any]) -> list[dict[str, Any]]:
    """The Tindakan panel: what may be done now with the order, its samples and its reports."""
    groups = [{"label": "", "offers": offers.of(order)}]
    for sample in order.get("samples") or ():
        groups.append({"label": f"Sampel {sample_name(sample)}", "offers": offers.of(sample)})
    for report in order.get("reports") or ():
        groups.append({"label": f"Laporan {human_number(report)}", "offers": offers.of(report)})
    return sorted((group for group in groups if group["offers"]), key=lambda group: group["offers"][0].rank > 0)


def sample_name(sample: dict[str, Any]) -> str:
    return sample.get("number") or sample.get("label") or sample.get("sample_type") or "tanpa nomor"


@bp.get("/invoice")
@session.signed_in
def invoice(order_id: Any) -> Any:
    return pieces.show("order_invoice.html", "Invoice", _back(order_id), "billing", "invoices", order_id=str(order_id))


@bp.get("/pesan")
@session.signed_in
def messages(order_id: Any) -> Any:
    return pieces.show(
        "order_messages.html", "Pesan", _back(order_id), "notify", "notifications", order_id=str(order_id)
    )


@bp.get("/riwayat")
@session.signed_in
def history(order_id: Any) -> Any:
    return pieces.show_history(_back(order_id), "testing", f"orders/{order_id}/history")


def _back(order_id: Any) -> dict[str, str]:
    return {"href": url_for("orders.show", order_id=order_id), "label": "Kembali ke order"}
