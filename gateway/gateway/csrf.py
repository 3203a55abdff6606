"""Unsafe requests to pages must come from a page of ours: right origin, and the token of this session."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, g, redirect, request
from flask import session as cookie

from chassis.problems import NotAllowed
from gateway import unsent
from gateway.gate import current_gate

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"

log = structlog.get_logger("csrf")


class Forged(NotAllowed):
    """The request did not come from a page of ours, or the page is older than the session."""


def protect() -> Any:
    """None to go on. A page of ours that is older than the session leads back to its form, filled as it was."""
    if request.method in SAFE or (not _is_foreign() and _has_token()):
        return None
    log.warning("csrf refused", path=request.path, origin=request.headers.get("Origin", ""))
    if _is_surely_ours() and cookie.get("access") and unsent.form_page():
        unsent.keep(cookie["access"])
        return _to_form()
    g.is_forged = True
    raise Forged("Halaman ini sudah kedaluwarsa. Muat ulang halaman lalu ulangi.")


def _to_form() -> Any:
    if request.headers.get("HX-Request"):
        return "", 204, {"HX-Redirect": unsent.form_page()}
    return redirect(unsent.form_page(), 303)


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


def _is_surely_ours() -> bool:
    """Said by the browser, not only not denied: text of another site never gets into a form of ours."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" and not _is_foreign()


def _has_token() -> bool:
    expected = cookie.get("csrf", "")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())
