"""Unsafe requests to pages must come from a page of ours: right origin, and the token of this session."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

import structlog
from flask import Flask, request
from flask import session as cookie

from chassis.problems import NotAllowed
from gateway.gate import current_gate

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"

log = structlog.get_logger("csrf")


class Forged(NotAllowed):
    """The request did not come from a page of ours, or the page is older than the session."""


def protect() -> None:
    if request.method in SAFE:
        return
    if _is_foreign() or not _has_token():
        log.warning("csrf refused", path=request.path, origin=request.headers.get("Origin", ""))
        raise Forged("Halaman ini sudah kedaluwarsa. Muat ulang halaman lalu ulangi.")


def init_app(app: Flask) -> None:
    app.before_request(protect)


def _is_foreign() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    ours = {urlsplit(current_gate().config.public_url).netloc, request.host}
    return urlsplit(origin).netloc not in ours


def _has_token() -> bool:
    expected = cookie.get("csrf", "")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())
