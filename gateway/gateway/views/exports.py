"""Whole lists as files: short ones come at once, long ones are waited for on a page of one's own."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, request

from gateway import clients, lists, navigation, session, targets
from gateway.views import page
from gateway.views.lists import FILES, whole

bp = Blueprint("exports", __name__, url_prefix="/unduhan")

SERVICES = sorted({declared.service for declared in lists.LISTS.values()})


@bp.post("/<service>/<things>")
@session.signed_in
def ask(service: str, things: str) -> Any:
    back = page.own_path(request.form.get("_back"), "/beranda")
    form = request.form.get("format", "")
    declared = next((each for each in lists.LISTS.values() if each.code == f"{service}/{things}"), None)
    if declared is None or form not in FILES:
        return page.go(back, "Daftar ini tidak dapat diunduh.", "danger")
    query = whole(lists.query_of(request.form))
    wish = {"list": things, "format": form, "query": query}
    answer = clients.call(service, "POST", "exports", json=wish, headers={"Idempotency-Key": _key(wish)})
    if not answer.ok:
        messages = [text for texts in answer.errors.values() for text in texts]
        return page.go(back, answer.detail or " ".join(messages), "warning")
    if "id" not in answer.body:
        return page.go(lists.with_query(declared.path, query, format=form))
    if answer.body["status"]["code"] == "finished":
        return page.go(f"/unduhan/{service}/{answer.body['id']}")
    said = "Berkas sedang disiapkan. Anda diberi tahu lewat lonceng begitu berkas siap."
    return page.go(f"/unduhan/{service}", said)


def _key(wish: dict[str, Any]) -> str:
    """The same wish from the same page is one wish; the page may stand while the filter changes."""
    return hashlib.sha256(f"{request.form.get('_key', '')} {wish}".encode()).hexdigest()


@bp.get("/<any(testing, billing, identity):service>")
@session.signed_in
def show(service: str) -> Any:
    items = clients.fetch(service, "exports")["items"]
    return page.render(
        "exports_rows.html" if page.is_partial() else "exports.html",
        heading="Unduhan saya",
        items=items,
        service=service,
        services=[{"code": each, "label": navigation.SERVICES[each]} for each in SERVICES],
        is_waiting=any(item["status"]["code"] == "waiting" for item in items),
    )


@bp.get("/<any(testing, billing, identity):service>/<uuid:export_id>")
@session.signed_in
def load(service: str, export_id: Any) -> Any:
    """The file itself, from wherever its service says it lies."""
    export = clients.fetch(service, f"exports/{export_id}")
    href = export["links"].get("file")
    if href is None:
        return page.go(f"/unduhan/{service}", "Berkas ini belum siap.", "warning")
    path, _, query = href.partition("?")
    owner, rest = targets.split_api_path(path)
    return clients.stream(owner, rest, params=parse_qsl(query))
