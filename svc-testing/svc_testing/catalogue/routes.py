"""The catalogue, and the people and customers that may be chosen."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import selectinload

from chassis.auth import public, requires
from chassis.db import atomic, db, now
from chassis.history import record
from chassis.problems import NotFound
from chassis.web import Blueprint, represent
from svc_testing import presenting
from svc_testing.catalogue.models import Parameter, Standard
from svc_testing.people import rules as people
from svc_testing.schemas import BlockForm, PeopleArgs, StandardArgs

CATALOGUE_ADMINS = ("super_admin", "admin")

bp = Blueprint("catalogue", __name__, description="Peraturan, parameter, dan pilihan orang")


@bp.get("/standards")
@bp.arguments(StandardArgs, location="query")
@bp.response(200)
@public
def list_standards(args: dict[str, Any]) -> Any:
    """Peraturan dan standar yang berlaku"""
    standards = db.session.scalars(
        sa.select(Standard).order_by(Standard.code).options(selectinload(Standard.parameters))
    )
    day = people.today()
    return {"items": [_standard(found) for found in standards if args["all"] or found.is_current(day)]}


@bp.get("/standards/<uuid:standard_id>")
@bp.response(200)
@public
def show_standard(standard_id: uuid.UUID) -> Any:
    """Satu standar dengan parameter, batas, metode dan harga"""
    standard = db.session.get(Standard, standard_id)
    if standard is None:
        raise NotFound()
    return _standard(standard) | {"parameters": [presenting.catalogue_parameter(p) for p in standard.parameters]}


def _standard(standard: Standard) -> dict[str, Any]:
    return {
        "id": str(standard.id),
        "code": standard.code,
        "title": standard.title,
        "matrix": standard.matrix,
        "valid_from": standard.valid_from.isoformat() if standard.valid_from else None,
        "valid_to": standard.valid_to.isoformat() if standard.valid_to else None,
        "superseded_by": standard.superseded_by,
        "is_price_example": standard.is_price_example,
        "parameter_count": len(standard.parameters),
        "amount": sum(parameter.price_amount for parameter in standard.parameters if not parameter.is_blocked),
        "links": {"self": f"/api/v1/testing/standards/{standard.id}"},
    }


@bp.post("/parameters/<uuid:parameter_id>/block")
@bp.arguments(BlockForm)
@bp.response(200)
@requires(*CATALOGUE_ADMINS)
@atomic
def block_parameter(form: dict[str, Any], parameter_id: uuid.UUID) -> Any:
    """Blokir parameter dengan alasan"""
    return _set_block(parameter_id, form["note"])


@bp.post("/parameters/<uuid:parameter_id>/unblock")
@bp.response(200)
@requires(*CATALOGUE_ADMINS)
@atomic
def unblock_parameter(parameter_id: uuid.UUID) -> Any:
    """Buka blokir parameter"""
    return _set_block(parameter_id, "")


def _set_block(parameter_id: uuid.UUID, note: str) -> Any:
    parameter = db.session.get(Parameter, parameter_id, with_for_update=True)
    if parameter is None:
        raise NotFound()
    parameter.blocked_at, parameter.blocked_note = (now() if note else None), note
    record(parameter.id, "testing.parameter", parameter.id, "block" if note else "unblock", g.principal, note=note)
    return represent(presenting.catalogue_parameter(parameter))


@bp.get("/people")
@bp.arguments(PeopleArgs, location="query")
@bp.response(200)
@requires("lab_coordinator", "supervisor", "super_admin")
def list_people(args: dict[str, Any]) -> Any:
    """Pilihan penyelia atau analis yang sedang bertugas"""
    found = people.available(args["role"], args["group"] or None)
    return {"items": [{"value": str(person.id), "label": _person_label(person, args["role"])} for person in found]}


def _person_label(person: Any, role: str) -> str:
    groups = ", ".join(sorted(person.groups(role)))
    return f"{person.name} ({groups})" if groups else person.name


@bp.get("/customers")
@bp.response(200)
@requires("customer_service")
def list_customers() -> Any:
    """Pelanggan terverifikasi, untuk membuat order atas nama pelanggan"""
    customer = people.Customer
    rows = db.session.scalars(sa.select(customer).filter_by(status="verified").order_by(customer.name).limit(500))
    return {"items": [{"value": str(row.id), "label": row.name} for row in rows]}
