from typing import Any

from flask import g

from chassis.auth import signed_in
from chassis.problems import NotAllowed
from chassis.web import Blueprint, represent
from svc_identity.own_data import rules

bp = Blueprint("own_data", __name__, description="Data tentang diri sendiri")


@bp.get("/me/data")
@bp.response(200)
@signed_in
def show_own_data() -> Any:
    """Semua yang disimpan tentang saya dan perusahaan saya"""
    if g.principal.kind != "user":
        raise NotAllowed()
    return represent(rules.of(g.principal))
