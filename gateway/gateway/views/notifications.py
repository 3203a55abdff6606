"""The bell and its page."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, queue, session
from gateway.upstreams import Unavailable
from gateway.views import page

bp = Blueprint("notifications", __name__, url_prefix="/notifikasi")


@bp.get("")
@session.signed_in
def show() -> Any:
    listing = clients.fetch("notify", "notifications", cursor=request.args.get("cursor"), limit=30)
    return page.render("notifications.html", heading="Pemberitahuan", listing=listing)


@bp.get("/lonceng")
@session.signed_in
def bell() -> Any:
    """How many are unread; nothing at all while the service is away."""
    try:
        answer = clients.call("notify", "GET", "notifications", params={"limit": 1})
    except Unavailable:
        answer = None
    body = answer.body if answer and answer.ok and isinstance(answer.body, dict) else {}
    person = session.current()
    counts = queue.COUNTS.fresh(person) if person else {}
    return page.render("notifications_bell.html", heading="", unread=body.get("unread", 0), menu_counts=counts)


@bp.post("/<uuid:notification_id>/baca")
@session.signed_in
def read(notification_id: Any) -> Any:
    clients.call("notify", "POST", f"notifications/{notification_id}/read")
    return page.go(page.own_path(request.form.get("_back"), url_for("notifications.show")))


@bp.post("/baca-semua")
@session.signed_in
def read_all() -> Any:
    clients.call("notify", "POST", "notifications/read-all")
    return page.go(url_for("notifications.show"), "Semua pemberitahuan ditandai sudah dibaca.")
