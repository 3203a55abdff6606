"""How somebody likes the pages: light or dark (kept by the browser), first steps (kept by identity)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, first_steps, session, themes
from gateway.gate import current_gate
from gateway.views import page

bp = Blueprint("preferences", __name__)

ONE_YEAR = 365 * 24 * 3600


@bp.post("/tampilan")
def choose_theme() -> Any:
    chosen = request.form.get("tema", "")
    response = page.go(page.own_path(request.form.get("_back"), url_for("public.landing")))
    if chosen in themes.THEMES:
        is_https = current_gate().config.is_https
        response.set_cookie(themes.COOKIE, chosen, max_age=ONE_YEAR, secure=is_https, httponly=True, samesite="Lax")
    return response


@bp.post("/langkah-awal/<role>")
@session.signed_in
def first_step(role: str) -> Any:
    """Tick one step of a role's list, or close the list."""
    kept = clients.fetch("identity", "me/preferences")
    code = request.form.get("step", "")
    if code == "tutup" and role in first_steps.STEPS:
        _keep(kept, "first_steps_closed", role)
    elif first_steps.is_step(role, code):
        _keep(kept, "first_steps_done", f"{role}.{code}")
    return page.go(url_for("home.show"))


def _keep(kept: dict[str, Any], key: str, code: str) -> None:
    codes = kept.get(key) or []
    if code not in codes:
        answer = clients.call("identity", "PATCH", "me/preferences", json={key: [*codes, code]})
        if not answer.ok:
            raise clients.Refused(answer)
