"""Every master: list, one thing, form, history. What is special about one stands in its declaration."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, abort, request

from gateway import clients, forms, lists, masters, refusals, session
from gateway.masters import Master
from gateway.views import acts, histories, offers, page, pieces, words

bp = Blueprint("masters", __name__)

EXTRA = ("standard_id",)
ACTS = {
    "import": "Diubah lewat impor",
    "edit": "Diubah",
    "put": "Hari libur ditetapkan",
    "remove": "Hari libur dihapus",
}


@bp.get("/master")
@session.signed_in
def hub() -> Any:
    doors = masters.doors_for(_roles())
    if not doors:
        abort(403)
    return page.render("masters/hub.html", heading="Master", doors=doors)


def _roles() -> frozenset[str]:
    person = session.current()
    assert person is not None
    return frozenset(person.roles)


def admit(readers: frozenset[str]) -> None:
    if not readers & _roles():
        abort(403)


def show_list(master: Master) -> Any:
    admit(master.readers)
    query = lists.query_of(request.args) | {name: request.args[name] for name in EXTRA if request.args.get(name)}
    listing = clients.fetch(master.service, master.things, **master.query, **query)
    context = {"master": master, "listing": listing, "query": query}
    if page.is_partial() and request.headers.get("HX-Target") == "rows":
        return page.render(
            "masters/rows.html", heading=master.heading, **context, **_list_words(master, listing, query)
        )
    return page.render(
        "masters/list.html",
        heading=master.heading,
        may_add=bool(master.add_label and master.keepers & _roles()),
        standards=_standards(master),
        back={"href": "/master", "label": "Master"},
        **context,
        **_list_words(master, listing, query),
    )


def _list_words(master: Master, listing: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
    return {
        "range_text": lists.range_text(listing, query),
        "with_query": partial(lists.with_query, master.path, query),
        "sort_link": partial(lists.sort_link, master, query),
    }


def _standards(master: Master) -> list[dict[str, Any]]:
    """What a list of parameters may be narrowed to."""
    if master is not masters.PARAMETERS:
        return []
    found: list[dict[str, Any]] = clients.fetch("testing", "standards", all="true")["items"]
    return found


def show(master: Master, thing_id: Any) -> Any:
    admit(master.readers)
    thing = clients.fetch(master.service, f"{master.things}/{thing_id}")
    return page.render(
        "masters/thing.html",
        heading=_title(thing),
        master=master,
        thing=thing,
        groups=[{"label": "", "offers": offers.of(thing)}],
        history_href=f"{master.path}/{thing_id}/riwayat",
        back={"href": master.path, "label": master.heading},
    )


def _title(thing: dict[str, Any]) -> str:
    named = thing.get("number") or thing.get("name") or lists.dig(thing, "user.name")
    return str(named or "Data")


def history(master: Master, thing_id: Any) -> Any:
    admit(master.readers)
    back = {"href": f"{master.path}/{thing_id}", "label": "Kembali"}
    return history_piece(back, master.service, f"{master.things}/{thing_id}/history", master.labels)


def history_piece(back: dict[str, str], service: str, path: str, labels: dict[str, str], **params: Any) -> Any:
    found = pieces.ask(service, path, **params)
    if found is not None:
        rows = [_told(service, row, labels) for row in reversed(found["items"])]
        found = {"days": histories.by_day(rows)}
    return pieces.render("history.html", "Riwayat", back, found)


def _told(service: str, row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """A history row in words, with what was before and after under the names the page uses."""
    told = words.told(service, row)
    changes = row.get("changes") or {}
    changed = [
        {"label": labels.get(name, name), "before": before, "after": after}
        for name, (before, after) in changes.items()
        if name in labels or not labels
    ]
    act = ACTS.get(row["transition"]) or told["act"]
    return {**told, "thing_label": "", "act": act, "changed": changed or told["changed"]}


def create(master: Master) -> Any:
    admit(master.keepers)
    described = clients.fetch(master.service, f"{master.things}/form")["fields"]
    fields = forms.describe(described, acts.load_options)
    reading = forms.Reading(typed=forms.first_values(fields) | _chosen(fields))
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files, acts.upload)
        if reading.is_valid:
            answer = clients.call(master.service, "POST", master.things, json=reading.payload, headers=page.once())
            if answer.ok:
                return page.go(f"{master.path}/{answer.body['id']}", f"{_title(answer.body)} ditambahkan.")
            refusals.add(reading, answer, fields)
    return page.render(
        "plain_form.html",
        heading=master.add_label,
        status=reading.status,
        fields=fields,
        reading=reading,
        submit="Simpan",
        back={"href": master.path, "label": master.heading},
    )


def _chosen(fields: list[forms.Field]) -> dict[str, str]:
    """What the list one comes from was narrowed to."""
    return {each.name: request.args[each.name] for each in fields if request.args.get(each.name)}


def _add(master: Master) -> None:
    one = f"{master.path}/<uuid:thing_id>"
    views = ((master.path, show_list, "list"), (one, show, "show"), (f"{one}/riwayat", history, "history"))
    for rule, view, name in views:
        bp.add_url_rule(rule, f"{master.name}_{name}", session.signed_in(partial(view, master)))
    if master.add_label:
        add = session.signed_in(partial(create, master))
        bp.add_url_rule(f"{master.path}/tambah", f"{master.name}_create", add, methods=["GET", "POST"])


for _master in masters.MASTERS:
    _add(_master)
