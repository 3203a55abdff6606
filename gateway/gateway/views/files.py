"""Downloads. Grants last five minutes and pages lie open longer, so the link is asked for again at the click."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort

from gateway import clients, session, targets
from gateway.upstreams import Unavailable
from gateway.views import pieces

bp = Blueprint("files", __name__)


@bp.get("/unduh/<service>/<things>/<uuid:thing_id>/<name>")
@session.signed_in
def download(service: str, things: str, thing_id: Any, name: str) -> Any:
    owner, path, params = _file(service, things, thing_id, name)
    return clients.stream(owner, path, params=params)


@bp.get("/lihat/<service>/<things>/<uuid:thing_id>/<name>")
@session.signed_in
def look(**address: Any) -> Any:
    """The pages of a file one below the other: a piece of the page that shows its thing, or a page without scripts."""
    owner, path, params = _file(**address)
    try:
        answer = clients.call(owner, "GET", f"{path}/pages", params=params)
    except Unavailable:
        answer = None
    found = {"pages": answer.body["pages"], **address} if answer and answer.ok else None
    return pieces.render("file_pages.html", "Isi dokumen", {"href": "/beranda", "label": "Beranda"}, found)


@bp.get("/lihat/<service>/<things>/<uuid:thing_id>/<name>/<int:number>.png")
@session.signed_in
def picture(number: int, **address: Any) -> Any:
    owner, path, params = _file(**address)
    return clients.stream(owner, f"{path}/pages/{number}", params=params)


def _file(service: str, things: str, thing_id: Any, name: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Who keeps the file that is linked from a thing, and where."""
    thing = clients.fetch(service, f"{things}/{thing_id}")
    href = next((links[name] for links in _links(thing) if links.get(name)), None)
    if href is None:
        abort(404)
    path, _, query = href.partition("?")
    owner, rest = targets.split_api_path(path)
    return owner, rest, parse_qsl(query)


def _links(thing: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The links of the thing and of what it carries: an e-billing's scan, a payment's proof."""
    yield thing.get("links") or {}
    for part in ("ebilling", "payment", "document"):
        if isinstance(thing.get(part), dict):
            yield thing[part].get("links") or {}
