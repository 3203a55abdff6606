"""Jejak order: everything that happened to one order, in every service, as chains of cause and effect."""

import uuid
from typing import Any

from flask import Blueprint, redirect, request, url_for

from gateway import clients, traces
from gateway.formatters import human_number
from gateway.upstreams import Unavailable
from gateway.views import operators, page, words

bp = Blueprint("trace", __name__, url_prefix="/jejak-order")

KINDS = {
    "http": ("Permintaan", "login"),
    "history": ("Riwayat", "history"),
    "event_out": ("Peristiwa dikirim", "send"),
    "event_in": ("Peristiwa diterima", "inbox"),
    "message": ("Pesan", "mail"),
    "document": ("Dokumen", "file-text"),
    "job": ("Pekerjaan", "printer"),
}
STATUSES = {
    "published": "terkirim ke bus",
    "waiting": "menunggu dikirim",
    "pending": "menunggu ditangani",
    "done": "selesai",
    "dead": "gagal",
    "queued": "menunggu dikirim",
    "sending": "sedang dikirim",
    "sent": "terkirim",
    "read": "dibaca",
    "failed": "ditolak penerima",
    "exhausted": "gagal berulang kali",
    "requested": "menunggu dicetak",
    "issued": "diterbitkan",
}
SHOWN = 10


@bp.get("")
@operators.administrators
def search() -> Any:
    wanted = request.args.get("q", "").strip()
    if _is_id(wanted):
        return redirect(url_for("trace.show", order_id=wanted), 303)
    orders = clients.fetch("testing", "orders", q=wanted, limit=SHOWN)["items"] if wanted else []
    if len(orders) == 1:
        return redirect(url_for("trace.show", order_id=orders[0]["id"]), 303)
    return page.render("trace_search.html", heading="Jejak order", orders=orders, wanted=wanted)


@bp.get("/<uuid:order_id>")
@operators.administrators
def show(order_id: Any) -> Any:
    parts, missing, cut = _collect(str(order_id))
    order = _order(str(order_id))
    return page.render(
        "trace.html",
        heading=f"Jejak order {human_number(order)}" if order else "Jejak order",
        order=order,
        order_id=order_id,
        chains=traces.chains(parts),
        missing=missing,
        cut=cut,
        kinds=KINDS,
        statuses=STATUSES,
        label=operators.service_label,
        told=_told,
        is_open=request.args.get("buka") == "semua",
        back={"href": url_for("trace.search"), "label": "Cari order lain"},
    )


def _collect(order_id: str) -> tuple[dict[str, list[dict[str, Any]]], list[str], list[str]]:
    """Entries by service, the services that do not answer, and those that know more than they can show."""
    parts, missing, cut = {}, [], []
    for service in operators.services():
        try:
            answer = clients.call(service, "GET", "trace", params={"order_id": order_id})
        except Unavailable:
            missing.append(service)
            continue
        if not answer.ok:
            missing.append(service)
            continue
        parts[service] = answer.body["items"]
        if not answer.body["is_complete"]:
            cut.append(service)
    return parts, missing, cut


def _order(order_id: str) -> dict[str, Any] | None:
    try:
        answer = clients.call("testing", "GET", f"orders/{order_id}")
    except Unavailable:
        return None
    return answer.body if answer.ok else None


def _told(step: traces.Step) -> str:
    """A history step in the words of its workflow; anything else by its own name."""
    if step.kind != "history":
        return str(step.what)
    facts = step.details
    row = words.told(step.service, {name: facts.get(name) for name in ("thing", "transition", "from", "to")})
    parts = [" ".join(part for part in (row["thing_label"], row["act"] or facts["transition"]) if part)]
    if row["after_label"] and row["after_label"] not in (row["before_label"], row["act"]):
        parts.append(row["after_label"])
    return " → ".join(parts)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
