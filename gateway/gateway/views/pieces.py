"""Pieces of a page that load by themselves and fail by themselves; without scripts each is a page of its own."""

from typing import Any

from flask import request

from gateway import clients
from gateway.upstreams import Unavailable
from gateway.views import histories, page, words


def show(template: str, heading: str, back: dict[str, str], service: str, path: str, **params: Any) -> Any:
    found = ask(service, path, **params)
    return render(template, heading, back, found)


def show_history(back: dict[str, str], service: str, path: str) -> Any:
    found = ask(service, path)
    if found is not None:
        found = {"days": histories.by_day([words.told(service, row) for row in reversed(found["items"])])}
    return render("history.html", "Riwayat", back, found)


def ask(service: str, path: str, **params: Any) -> Any:
    """The answer's body; None when there is none."""
    try:
        answer = clients.call(service, "GET", path, params=params)
    except Unavailable:
        return None
    return answer.body if answer.ok else None


def render(template: str, heading: str, back: dict[str, str], found: Any) -> Any:
    """`found` is what the piece shows; None says that its service does not answer."""
    wrapper = "piece.html" if page.is_partial() else "piece_page.html"
    return page.render(
        wrapper, heading=heading, piece=template, found=found, is_missing=found is None, retry=request.path, back=back
    )
