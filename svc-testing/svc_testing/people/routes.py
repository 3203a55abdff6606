"""The people and customers that may be chosen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis.auth import requires
from chassis.db import db
from chassis.web import Blueprint
from svc_testing.catalogue.workflow import KEEPERS
from svc_testing.people import rules as people
from svc_testing.schemas import PeopleArgs

bp = Blueprint("people", __name__, description="Pilihan orang")


@bp.get("/people")
@bp.arguments(PeopleArgs, location="query")
@bp.response(200)
@requires("lab_coordinator", "supervisor", "customer_service", "report_typist", "head_of_office", *KEEPERS)
def list_people(args: dict[str, Any]) -> Any:
    """Pilihan penyelia atau analis yang sedang bertugas, untuk menugaskan; dengan `all` juga yang lain, untuk menyaring daftar"""
    found = people.ever(args["role"]) if args["all"] else people.available(args["role"], args["group"] or None)
    return {"items": [{"value": str(person.id), "label": _person_label(person, args["role"])} for person in found]}


def _person_label(person: Any, role: str) -> str:
    words = ", ".join(sorted(person.groups(role))) if person.is_active else "tidak aktif"
    return f"{person.name} ({words})" if words else person.name


@bp.get("/customers")
@bp.response(200)
@requires("customer_service", *KEEPERS)
def list_customers() -> Any:
    """Pelanggan terverifikasi: untuk membuat order atas nama pelanggan, dan untuk menyaring daftar"""
    customer = people.Customer
    rows = db.session.scalars(sa.select(customer).filter_by(status="verified").order_by(customer.name).limit(500))
    return {"items": [{"value": str(row.id), "label": row.name} for row in rows]}
