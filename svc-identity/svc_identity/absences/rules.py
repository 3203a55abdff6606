"""Who is away, until when, and who stands in."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db, now
from chassis.problems import BadForm, NotFound
from chassis.workflow import Act, Field, choice, text
from chassis.workflow import date as day
from svc_identity import events
from svc_identity.absences.models import Absence
from svc_identity.accounts import rules as accounts
from svc_identity.accounts.models import User
from svc_identity.roles import ADMINS
from svc_identity.workflow import ABSENCE, PLANNERS

FORM: tuple[Field, ...] = (
    choice("user_id", "Pegawai", required=True, options_href="/api/v1/identity/absences/people"),
    day("from_on", "Mulai", required=True),
    day("until_on", "Sampai", required=True),
    choice("stand_in_id", "Pengganti", options_href="/api/v1/identity/absences/people"),
    text("note", "Keterangan", max=300),
)
LAB_ROLES = {"supervisor", "analyst", "report_typist", "sampling_officer", "sampling_supervisor", "calibration_officer"}
# work of analysts is reassigned, nobody enters results in another's name (testing_workflow §8)
WITHOUT_STAND_IN = {"analyst"}


def seen_by(principal: Principal) -> sa.Select[Any]:
    return sa.select(Absence).where(sa.true() if principal.has(*PLANNERS) else sa.false())


def get(absence_id: uuid.UUID, seen: Principal) -> Absence:
    absence = db.session.scalar(seen_by(seen).where(Absence.id == absence_id))
    if absence is None:
        raise NotFound()
    return absence


def people_of(principal: Principal) -> list[User]:
    """Whose absence this person may plan, by name."""
    staff = db.session.scalars(sa.select(User).where(User.is_active).order_by(User.name))
    return [person for person in staff if person.is_staff and _refusal(person, principal) is None]


def plan(form: dict[str, Any], principal: Principal) -> Absence:
    person = _colleague(form["user_id"], "user_id")
    if refusal := _refusal(person, principal):
        raise BadForm(refusal, errors={"user_id": [refusal]})
    stand_in = _colleague(form["stand_in_id"], "stand_in_id") if form["stand_in_id"] else None
    _check(person, stand_in, form["from_on"], form["until_on"])
    absence = Absence(
        user=person,
        stand_in=stand_in,
        from_on=form["from_on"],
        until_on=form["until_on"],
        note=form["note"],
        status="planned",
    )
    created: Absence = ABSENCE.created(absence, principal, event="absence.changed", note=form["note"])
    return created


def _colleague(user_id: str, field: str) -> User:
    user = accounts.find(user_id)
    if user is None or not user.is_staff or not user.is_active:
        raise BadForm("Pegawai tidak dikenal.", errors={field: ["Pilih pegawai yang aktif."]})
    return user


def _check(person: User, stand_in: User | None, from_on: date, until_on: date) -> None:
    errors: dict[str, list[str]] = {}
    if until_on < from_on:
        errors["until_on"] = ["Tanggal selesai tidak boleh sebelum tanggal mulai."]
    elif until_on < now().date():
        errors["until_on"] = ["Masa tidak masuk ini sudah lewat."]
    if stand_in is not None and (problem := _stand_in_problem(person, stand_in, from_on, until_on)):
        errors["stand_in_id"] = [problem]
    if errors:
        raise BadForm("Periksa kembali isian Anda.", errors=errors)


def _stand_in_problem(person: User, stand_in: User, from_on: date, until_on: date) -> str | None:
    if stand_in.id == person.id:
        return "Pengganti harus orang lain."
    if set(person.roles) <= WITHOUT_STAND_IN:
        return "Analis tidak digantikan; pekerjaannya dialihkan."
    away = sa.select(Absence.id).where(
        Absence.user_id == stand_in.id,
        Absence.status == "planned",
        Absence.from_on <= until_on,
        Absence.until_on >= from_on,
    )
    return "Pengganti sendiri tidak masuk pada masa itu." if db.session.scalar(away.limit(1)) else None


def _refusal(person: User, principal: Principal) -> str | None:
    """Admins and the head plan for everybody, the laboratory's coordinator for the laboratory."""
    if principal.has(*ADMINS, "head_of_office") or not LAB_ROLES.isdisjoint(person.roles):
        return None
    return "Pegawai ini bukan bawahan Anda."


@ABSENCE.payload()
def facts(act: Act) -> dict[str, Any]:
    return events.absence_facts(act.thing)


@ABSENCE.guard("plans_for_person", person=True)
def plans_for_person(act: Act) -> str | None:
    return _refusal(act.thing.user, act.principal)
