"""The rules about standards and parameters: what is offered to new orders."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db
from chassis.problems import BadForm, NotFound
from chassis.workflow import Act
from svc_testing.catalogue import limits
from svc_testing.catalogue.models import FROZEN, Parameter, Standard
from svc_testing.catalogue.workflow import PARAMETER, READERS, STANDARD
from svc_testing.samples.models import Sample, SampleParameter

LIMIT = "limit_kind limit_low limit_high limit_text limit_words".split()


def get_parameter(parameter_id: uuid.UUID, principal: Principal) -> Parameter:
    return _seen(db.session.get(Parameter, parameter_id), principal)


def get_standard(standard_id: uuid.UUID, principal: Principal) -> Standard:
    return _seen(db.session.get(Standard, standard_id), principal)


def _seen(found: Any, principal: Principal) -> Any:
    if found is None or not principal.has(*READERS):
        raise NotFound()
    return found


def add_parameter(standard: Standard, form: dict[str, Any], principal: Principal, *, note: str = "") -> Parameter:
    facts = checked(form)
    _check_name(standard.id, facts["name"], own=None)
    parameter = Parameter(standard=standard, status="offered", position=_next_position(standard), **facts)
    created: Parameter = PARAMETER.created(parameter, principal, note=note)
    return created


def checked(form: dict[str, Any]) -> dict[str, Any]:
    """The facts as they are kept. Raises BadForm when number and print of a limit disagree."""
    facts = {**form, **limits.completed({name: form[name] for name in LIMIT})}
    if found := limits.problems(facts):
        raise BadForm("Periksa kembali isian Anda.", errors={name: [problem] for name, problem in found.items()})
    return facts


def _check_name(standard_id: uuid.UUID, name: str, *, own: uuid.UUID | None) -> None:
    same = sa.select(Parameter.id).filter_by(standard_id=standard_id, name=name).where(Parameter.status != "deleted")
    if db.session.scalar(same) not in (None, own):
        raise BadForm(errors={"name": ["Parameter dengan nama ini sudah ada pada standar tersebut."]})


def _next_position(standard: Standard) -> int:
    return (db.session.scalar(sa.select(sa.func.max(Parameter.position)).filter_by(standard_id=standard.id)) or 0) + 1


def add_standard(form: dict[str, Any], principal: Principal, *, note: str = "") -> Standard:
    _check_standard(form, own=None)
    created: Standard = STANDARD.created(Standard(status="current", **form), principal, note=note)
    return created


def _check_standard(form: dict[str, Any], *, own: uuid.UUID | None) -> None:
    _check_code(form["code"], own=own)
    if form["valid_from"] and form["valid_to"] and form["valid_to"] < form["valid_from"]:
        raise BadForm(errors={"valid_to": ["Tidak boleh sebelum tanggal mulai berlaku."]})


def _check_code(code: str, *, own: uuid.UUID | None) -> None:
    same = sa.select(Standard.id).filter_by(code=code).where(Standard.status != "deleted")
    if db.session.scalar(same) not in (None, own):
        raise BadForm(errors={"code": ["Standar dengan kode ini sudah ada."]})


@PARAMETER.effect("edit")
def edit_parameter(act: Act) -> None:
    facts = checked(act.form)
    _check_name(act.thing.standard_id, facts["name"], own=act.thing.id)
    for name, value in facts.items():
        setattr(act.thing, name, value)


@PARAMETER.effect("block")
def block(act: Act) -> None:
    act.thing.blocked_at, act.thing.blocked_note = act.now, act.form["note"]


@PARAMETER.effect("unblock")
def unblock(act: Act) -> None:
    act.thing.blocked_at, act.thing.blocked_note = None, ""


@PARAMETER.guard("parameter_never_used")
def parameter_never_used(act: Act) -> str | None:
    used = sa.select(SampleParameter.id).filter_by(parameter_id=act.thing.id).limit(1)
    return "Parameter ini pernah dipilih pada order; blokir saja." if db.session.scalar(used) else None


@STANDARD.effect("edit")
def edit_standard(act: Act) -> None:
    _check_standard(act.form, own=act.thing.id)
    for name, value in act.form.items():
        setattr(act.thing, name, value)


@STANDARD.effect("renew")
def renew(act: Act) -> None:
    """A new edition with the parameters of the old one; the old one ends the day before."""
    old, form = act.thing, act.form
    begins: date = form["valid_from"]
    _check_code(form["code"], own=None)
    if old.valid_from and begins <= old.valid_from:
        raise BadForm(errors={"valid_from": ["Harus sesudah tanggal mulai edisi lama."]})
    old.valid_to, old.superseded_by = begins - timedelta(days=1), form["code"]
    kept = {name: getattr(old, name) for name in ("matrix", "class_name", "methods", "note", "is_price_example")}
    standard = Standard(status="current", **kept, **form)
    note = f"Edisi baru dari {old.code}"
    STANDARD.created(standard, act.principal, note=note)
    for parameter in old.parameters:
        _carry(parameter, standard, act.principal, note=note)


def _carry(parameter: Parameter, standard: Standard, principal: Principal, *, note: str) -> None:
    copied = {name: getattr(parameter, name) for name in FROZEN}
    blocked = {"blocked_at": parameter.blocked_at, "blocked_note": parameter.blocked_note}
    facts = {**copied, **blocked, "position": parameter.position, "source_note": parameter.source_note}
    twin = Parameter(standard=standard, status="offered", **facts)
    PARAMETER.created(twin, principal, note=note)
    twin.status = parameter.status


@STANDARD.guard("standard_never_used")
def standard_never_used(act: Act) -> str | None:
    used = sa.select(Sample.id).filter_by(standard_id=act.thing.id).limit(1)
    refusal = "Standar ini pernah dipakai pada order; buat edisi baru atau isi tanggal akhirnya."
    return refusal if db.session.scalar(used) else None


@STANDARD.effect("delete")
def delete_standard(act: Act) -> None:
    for parameter in list(act.thing.parameters):
        PARAMETER.act(parameter, "delete", act.principal)
