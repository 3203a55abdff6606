from typing import Any

from flask import g

from chassis.auth import public, requires
from chassis.db import atomic
from chassis.web import Blueprint, if_match, represent
from chassis.workflow.forms import schema
from svc_identity.office import rules
from svc_identity.roles import ADMINS

bp = Blueprint("office", __name__, description="Kantor")


@bp.get("/office")
@bp.response(200)
@public
def show_office() -> Any:
    """Jati diri kantor"""
    office = rules.find()
    return represent(rules.facts() | {"version": office.version if office else 0})


@bp.get("/office/form")
@bp.response(200)
@requires(*ADMINS)
def show_form() -> Any:
    """Isian jati diri kantor"""
    facts = rules.facts()
    return {"fields": [field.describe() | {"value": facts[field.name]} for field in rules.FORM]}


@bp.patch("/office")
@bp.arguments(schema(rules.FORM, name="OfficeForm")(partial=True))
@bp.response(200)
@requires(*ADMINS)
@atomic
def change_office(changes: dict[str, Any]) -> Any:
    """Ubah jati diri kantor"""
    if office := rules.find():
        if_match(office)
    office = rules.change({name: value for name, value in changes.items() if value is not None}, g.principal)
    return represent(rules.facts() | {"version": office.version})
