"""Every list page: one declaration in `gateway.lists`, one route."""

from functools import partial
from typing import Any

from flask import Blueprint, request

from gateway import clients, lists, session
from gateway.upstreams import Unavailable
from gateway.views import home, offers, page

bp = Blueprint("lists", __name__)


def show(path: str) -> Any:
    declared = lists.LISTS[path]
    person = session.current()
    assert person is not None
    query = lists.query_of(request.args)
    if request.args.get("format") == "xlsx":
        return clients.stream(declared.service, declared.things, params={**_all_rows(query), "format": "xlsx"})
    listing = clients.fetch(declared.service, declared.things, **query)
    roles = frozenset(person.roles)
    context = {
        "page": declared,
        "columns": declared.columns_for(roles),
        "listing": listing,
        "query": query,
        "range_text": lists.range_text(listing, query),
        "with_query": lists.with_query,
        "sort_link": lists.sort_link,
        "bulk_offers": _bulk_offers(declared, listing),
    }
    if page.is_partial() and request.headers.get("HX-Target") == "rows":
        return page.render("list_rows.html", heading=declared.heading, **context)
    return page.render("list.html", heading=declared.heading, tabs=_tabs(declared, query), **context)


def _all_rows(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in {"cursor", "limit"}}


def _tabs(declared: lists.ListPage, query: dict[str, str]) -> list[dict[str, Any]]:
    """The boxes of this service that lead to this very list, with what waits in them."""
    try:
        boxes = home.worklists(declared.service)
    except Unavailable:
        return []
    return [
        {**box, "is_current": box.get("box") == query.get("box")}
        for box in boxes
        if box["page"].partition("?")[0] == declared.path
    ]


def _bulk_offers(declared: lists.ListPage, listing: dict[str, Any]) -> list[dict[str, Any]]:
    """Acts without a form that may be done to several rows at once, when at least two rows offer them."""
    found: dict[str, dict[str, Any]] = {}
    for row in listing.get("items", []):
        for offer in offers.of(row):
            if offer.is_bulk and not any(each.get("required") for each in offer.fields):
                place = f"/tindakan-massal/{declared.service}/{declared.things}/{offer.name}"
                found.setdefault(offer.name, {"label": offer.label, "href": place, "count": 0})["count"] += 1
    return [each for each in found.values() if each["count"] > 1]


def _add(path: str) -> None:
    bp.add_url_rule(path, path.rpartition("/")[2], session.signed_in(partial(show, path)))


for _path in lists.LISTS:
    _add(_path)
