from typing import Any

from flask import g

from chassis.auth import signed_in
from chassis.db import atomic
from chassis.web import Blueprint, represent
from svc_identity.preferences import rules
from svc_identity.preferences.schemas import PreferencesForm
from svc_identity.sessions.rules import get_user

bp = Blueprint("preferences", __name__, description="Preferensi tampilan milik sendiri")


@bp.get("/me/preferences")
@bp.response(200, PreferencesForm)
@signed_in
def show_preferences() -> Any:
    """Preferensi saya"""
    return represent(rules.of(get_user(g.principal)))


@bp.patch("/me/preferences")
@bp.arguments(PreferencesForm)
@bp.response(200, PreferencesForm)
@signed_in
@atomic
def change_preferences(form: dict[str, Any]) -> Any:
    """Ubah preferensi saya"""
    return represent(rules.change(get_user(g.principal), form))
