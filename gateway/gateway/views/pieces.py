"""Pieces of a page that load by themselves and fail by themselves; without scripts each is a page of its own."""

from typing import Any

from flask import request

from gateway import clients
from gateway.upstreams import Unavailable
from gateway.views import page, words


def show(template: str, heading: str, back: dict[str, str], service: str, path: str, **params: Any) -> Any:
    found = _ask(service, path, params)
    return _render(template, heading, back, found)


def show_history(back: dict[str, str], service: str, path: str) -> Any:
    found = _ask(service, path, {})
    if found is not None:
        found = {"items": [words.told(service, row) for row in found["items"]]}
    return _render("order_history.html", "Riwayat", back, found)


def _ask(service: str, path: str, params: dict[str, Any]) -> Any:
    try:
        answer = clients.call(service, "GET", path, params=params)
    except Unavailable:
        return None
    return answer.body if answer.ok else None


def _render(template: str, heading: str, back: dict[str, str], found: Any) -> Any:
    wrapper = "piece.html" if page.is_partial() else "piece_page.html"
    return page.render(
        wrapper, heading=heading, piece=template, found=found, is_missing=found is None, retry=request.path, back=back
    )
