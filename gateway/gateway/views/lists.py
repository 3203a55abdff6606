"""Every list page: one declaration in `gateway.lists`, one route."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request

from gateway import clients, filters, listing, lists, navigation, session, together
from gateway.views import home, offers, page

bp = Blueprint("lists", __name__)

FILES = ("xlsx", "pdf")
LIMITS = ("20", "50", "100", "200")


def show(path: str) -> Any:
    declared = lists.LISTS[path]
    person = session.current()
    assert person is not None
    query = lists.query_of(request.args)
    if request.args.get("format") == "xlsx":
        return clients.stream(declared.service, declared.things, params={**whole(query), "format": "xlsx"})
    if request.args.get("format") == "print":
        return _print(declared, query)
    roles = frozenset(person.roles)
    if page.is_partial() and request.headers.get("HX-Target") == "rows":
        answers = filters.ask(filters.questions(declared, roles, query, only_chosen=True))
        return page.render("list_rows.html", heading=declared.heading, **_rows(declared, query, roles, answers))
    answers = together.ask(
        {
            **filters.questions(declared, roles, query, only_chosen=False),
            "views": ("identity", "me/views", {"list": declared.code}),
        }
    )
    views = (answers["views"] or {}).get("items", [])
    if opening := _default(views):
        return redirect(f"{path}?{opening}")
    context = _rows(declared, query, roles, answers)
    return page.render(
        "list.html",
        heading=declared.heading,
        tabs=_tabs(declared, query),
        views=[{**view, "is_current": listing.is_same_view(query, view["query"])} for view in views],
        choosable=[column for column in declared.columns if column.code and column.is_for(roles)],
        limits=LIMITS,
        roles=navigation.ROLES,
        **context,
    )


def whole(query: dict[str, str]) -> dict[str, str]:
    """The filter without the place one is at."""
    return {name: value for name, value in query.items() if name not in {"cursor", "limit"}}


def _default(views: list[dict[str, Any]]) -> str:
    """The query a bare address opens with."""
    return next((view["query"] for view in views if view["is_default"] and not request.args), "")


def _rows(
    declared: listing.ListPage, query: dict[str, str], roles: frozenset[str], answers: dict[str, Any]
) -> dict[str, Any]:
    found = clients.fetch(declared.service, declared.things, **query)
    chosen = filters.shown(declared, roles, query, answers)
    return {
        "page": declared,
        "columns": declared.columns_for(roles, query.get("columns", "")),
        "listing": found,
        "query": query,
        "state": urlencode(listing.view_of(query)),
        "filters": chosen,
        "chips": filters.chips(declared, query, chosen),
        "cleared": filters.cleared(declared, query),
        "range_text": lists.range_text(found, query),
        "count_text": listing.count_text(found),
        "with_query": lists.with_query,
        "sort_link": lists.sort_link,
        "bulk_offers": _bulk_offers(declared, found),
    }


def _print(declared: listing.ListPage, query: dict[str, str]) -> Any:
    """The whole filter as one page to print; what is too long for that is asked for as a file."""
    answer = clients.call(declared.service, "GET", declared.things, params={**whole(query), "format": "rows"})
    if answer.status == 409:
        return page.go(lists.with_query(declared.path, query), answer.detail, "warning")
    if not answer.ok:
        raise clients.Refused(answer)
    back = {"href": lists.with_query(declared.path, query), "label": declared.heading}
    return page.render("list_print.html", heading=answer.body["heading"], printed=answer.body, back=back)


def _tabs(declared: listing.ListPage, query: dict[str, str]) -> list[dict[str, Any]]:
    """The boxes of this service that lead to this very list, with what waits in them."""
    try:
        boxes = home.worklists(declared.service)
    except clients.Unavailable:
        return []
    return [
        {**box, "is_current": box.get("box") == query.get("box")}
        for box in boxes
        if box["page"].partition("?")[0] == declared.path
    ]


def _bulk_offers(declared: listing.ListPage, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Acts that may be done to many rows at once, when at least one row of this page offers them."""
    known: dict[str, dict[str, Any]] = {}
    for row in found.get("items", []):
        for offer in offers.of(row):
            if offer.is_bulk:
                place = f"/tindakan-massal/{declared.service}/{declared.things}/{offer.name}"
                known.setdefault(offer.name, {"label": offer.label, "href": place})
    return list(known.values())


def _add(path: str) -> None:
    bp.add_url_rule(path, path.rpartition("/")[2], session.signed_in(partial(show, path)))


for _path in lists.LISTS:
    _add(_path)
