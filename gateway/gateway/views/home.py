"""The work queue: what waits for this person, box by box."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, request

from gateway import clients, navigation, session
from gateway.upstreams import Unavailable
from gateway.views import page

bp = Blueprint("home", __name__)

SOURCES = {
    "testing": frozenset({"customer", "customer_service", "lab_coordinator", "supervisor", "analyst", "report_typist"}),
    "billing": frozenset({"treasurer", "head_of_office"}),
    "identity": frozenset({"customer_service"}) | navigation.ADMINS,
}
ENTRIES_SHOWN = 5


@bp.get("/beranda")
@session.signed_in
def show() -> Any:
    person = session.current()
    assert person is not None
    boxes, missing = [], []
    for service in (name for name, roles in SOURCES.items() if roles & set(person.roles)):
        try:
            boxes.extend(worklists(service))
        except Unavailable:
            missing.append(service)
    return page.render("home.html", heading=f"Selamat datang, {person.name}", boxes=boxes, missing=missing)


@bp.get("/beranda/isi")
@session.signed_in
def box() -> Any:
    """The first entries of one box, loaded by themselves."""
    href = request.args.get("href", "")
    listing = navigation.page_of(href)
    if not listing:
        return page.render("error_piece.html", heading="Tidak ditemukan", status=404, advice="", detail="")
    return page.render("home_entries.html", heading="", entries=list(_entries(href)), listing=listing)


def worklists(service: str) -> list[dict[str, Any]]:
    answer = clients.call(service, "GET", "worklists")
    if answer.status >= 500:
        raise Unavailable(service)
    found = answer.body if answer.ok else []
    found = found["items"] if isinstance(found, dict) else found
    return [
        {**box, "page": navigation.page_of(box.get("href"))} for box in found if navigation.page_of(box.get("href"))
    ]


def _entries(href: str) -> Iterator[dict[str, Any]]:
    answer = clients.follow("GET", href, params={"limit": ENTRIES_SHOWN})
    if not answer.ok:
        raise clients.Refused(answer)
    for item in answer.body.get("items", []):
        yield {**item, "page": navigation.page_of((item.get("links") or {}).get("self"))}
