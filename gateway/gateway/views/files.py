"""Downloads. Grants last five minutes and pages lie open longer, so the link is asked for again at the click."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort

from gateway import clients, session, targets

bp = Blueprint("files", __name__)


@bp.get("/unduh/<service>/<things>/<uuid:thing_id>/<name>")
@session.signed_in
def download(service: str, things: str, thing_id: Any, name: str) -> Any:
    thing = clients.fetch(service, f"{things}/{thing_id}")
    href = next((links[name] for links in _links(thing) if links.get(name)), None)
    if href is None:
        abort(404)
    path, _, query = href.partition("?")
    owner, rest = targets.split_api_path(path)
    return clients.stream(owner, rest, params=parse_qsl(query))


def _links(thing: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The links of the thing and of what it carries: an e-billing's scan, a payment's proof."""
    yield thing.get("links") or {}
    for part in ("ebilling", "payment", "document"):
        if isinstance(thing.get(part), dict):
            yield thing[part].get("links") or {}
