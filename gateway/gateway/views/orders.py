"""One order: facts, samples, reports, timeline, and pieces of other services that load and fail by themselves."""

from typing import Any

from flask import Blueprint, url_for

from gateway import clients, navigation, session
from gateway.formatters import human_number
from gateway.views import histories, offers, page, pieces

bp = Blueprint("orders", __name__, url_prefix="/pengujian/order/<uuid:order_id>")


@bp.get("")
@session.signed_in
def show(order_id: Any) -> Any:
    order = clients.fetch("testing", f"orders/{order_id}")
    groups = action_groups(order)
    turn = next((offer for group in groups for offer in group["offers"] if offer.rank == 0), None)
    return page.render(
        "order.html",
        heading=heading_of(order),
        order=order,
        steps=page.tracking(order.get("status")),
        groups=groups,
        turn=turn,
        awaits_customer=turn is None and awaits_customer(order),
        is_draft=is_draft(order),
        may_edit=may_edit(order),
        back={"href": "/pengujian/order", "label": "Daftar order"},
    )


def heading_of(order: dict[str, Any]) -> str:
    if order.get("number"):
        return f"Order {order['number']}"
    return f"Pre-order {human_number(order)}"


def awaits_customer(order: dict[str, Any]) -> bool:
    """Is it this customer's turn to do something outside, which is to pay?"""
    person = session.current()
    return bool(person and person.has("customer") and order.get("next_actor") == navigation.ROLES["customer"])


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


@bp.get("/unduhan")
@session.signed_in
def downloads(order_id: Any) -> Any:
    """Everything of an order that can be taken along: its reports and its invoices."""
    order = clients.fetch("testing", f"orders/{order_id}")
    found = pieces.ask("billing", "invoices", order_id=str(order_id))
    return page.render(
        "order_downloads.html",
        heading=f"Unduhan {heading_of(order)}",
        reports=[report for report in order["reports"] if report["links"].get("document")],
        invoices=[pieces.ask("billing", f"invoices/{each['id']}") or each for each in found["items"]]
        if found
        else None,
        back=_back(order_id),
    )


@bp.get("/invoice")
@session.signed_in
def invoice(order_id: Any) -> Any:
    """What is to be paid: the invoices of the order, the newest with its billing code."""
    found = pieces.ask("billing", "invoices", order_id=str(order_id))
    newest = found["items"][0]["id"] if found and found["items"] else None
    if newest:
        found["newest"] = pieces.ask("billing", f"invoices/{newest}")
    return pieces.render("order_invoice.html", "Invoice", _back(order_id), found)


@bp.get("/pesan")
@session.signed_in
def messages(order_id: Any) -> Any:
    """What was sent about the order; those who may not read that see what they were told themselves."""
    person = session.current()
    sees_all = person and person.has("customer", "customer_service", "admin", "super_admin")
    found = pieces.ask("notify", "messages" if sees_all else "notifications", order_id=str(order_id), limit="200")
    told = found and {"notes": histories.told_once(found["items"]), "at_once": histories.MESSAGES_AT_ONCE}
    return pieces.render("order_messages.html", "Pemberitahuan terkirim", _back(order_id), told)


@bp.get("/riwayat")
@session.signed_in
def history(order_id: Any) -> Any:
    return pieces.show_history(_back(order_id), "testing", f"orders/{order_id}/history")


def _back(order_id: Any) -> dict[str, str]:
    return {"href": url_for("orders.show", order_id=order_id), "label": "Kembali ke order"}
