import uuid
from typing import Any

import marshmallow as ma
from flask import g

from chassis.auth import Principal, requires
from chassis.db import atomic
from chassis.lists import Column, ListArgs, Listing
from chassis.web import Blueprint, json_body, represent
from chassis.workflow import forms
from svc_identity.absences import rules
from svc_identity.absences.models import Absence
from svc_identity.workflow import ABSENCE, PLANNERS

bp = Blueprint("absences", __name__, description="Pegawai yang tidak masuk dan penggantinya")

LISTING = Listing(
    model=Absence,
    sorts={"from_on": Absence.from_on, "until_on": Absence.until_on},
    default_sort="-from_on",
    search=(Absence.note,),
    filters={"user_id": Absence.user_id},
    columns=(
        Column("Pegawai", lambda a: a.user.name),
        Column("Mulai", lambda a: a.from_on),
        Column("Sampai", lambda a: a.until_on),
        Column("Pengganti", lambda a: a.stand_in.name if a.stand_in else ""),
        Column("Keterangan", lambda a: a.note),
        Column("Status", lambda a: ABSENCE.label(a.status)),
    ),
)


def present_absence(absence: Absence, principal: Principal) -> dict[str, Any]:
    href = f"/api/v1/identity/absences/{absence.id}"
    return {
        "id": str(absence.id),
        "version": absence.version,
        "status": ABSENCE.present_status(absence),
        "user": {"id": str(absence.user_id), "name": absence.user.name},
        "stand_in": {"id": str(absence.stand_in_id), "name": absence.stand_in.name} if absence.stand_in else None,
        "from_on": absence.from_on.isoformat(),
        "until_on": absence.until_on.isoformat(),
        "note": absence.note,
        "actions": ABSENCE.actions(absence, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }


class AbsenceArgs(ListArgs):
    user_id = ma.fields.UUID(load_default=None, allow_none=True)


@bp.get("/absences/form")
@bp.response(200)
@requires(*PLANNERS)
def show_form() -> Any:
    """Isian tidak masuk"""
    return {"fields": [field.describe() for field in rules.FORM]}


@bp.get("/absences/people")
@bp.response(200)
@requires(*PLANNERS)
def list_people() -> Any:
    """Pilihan pegawai yang dapat dicatat tidak masuk"""
    return {"items": [{"value": str(person.id), "label": person.name} for person in rules.people_of(g.principal)]}


@bp.get("/absences")
@bp.arguments(AbsenceArgs, location="query")
@bp.response(200)
@requires(*PLANNERS)
def list_absences(args: dict[str, Any]) -> Any:
    """Daftar tidak masuk"""
    return LISTING.answer(
        rules.seen_by(g.principal), args, lambda rows: [present_absence(a, g.principal) for a in rows]
    )


@bp.post("/absences")
@bp.doc(requestBody={"content": {"application/json": {"schema": forms.schema(rules.FORM, name="AbsenceForm")}}})
@bp.response(201)
@requires(*PLANNERS)
@atomic
def plan_absence() -> Any:
    """Catat tidak masuk"""
    return represent(present_absence(rules.plan(forms.read(rules.FORM, json_body()), g.principal), g.principal), 201)


@bp.get("/absences/<uuid:absence_id>")
@bp.response(200)
@requires(*PLANNERS)
def show_absence(absence_id: uuid.UUID) -> Any:
    """Satu catatan tidak masuk"""
    return represent(present_absence(rules.get(absence_id, g.principal), g.principal))


bp.actions(ABSENCE, load=rules.get, dump=present_absence)
