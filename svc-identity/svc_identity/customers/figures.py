"""The customers in numbers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis import figures
from chassis.auth import requires
from chassis.db import db
from chassis.web import Blueprint
from svc_identity.customers.forms import TYPES
from svc_identity.customers.models import Customer
from svc_identity.roles import ADMINS
from svc_identity.workflow import CUSTOMER

bp = Blueprint("figures", __name__, description="Ringkasan pelanggan")

LISTED = "/api/v1/identity/customers"
COUNTED = tuple(code for code in CUSTOMER.states if code != "refused")


@bp.get("/figures")
@bp.response(200)
@requires("head_of_office", *ADMINS)
def show_figures() -> Any:
    """Ringkasan pelanggan"""
    of_type = sa.select(Customer.customer_type, sa.func.count()).where(Customer.status.in_(COUNTED))
    counts: dict[str, int] = dict(db.session.execute(of_type.group_by(Customer.customer_type)).all())
    listed = f"{LISTED}?status={','.join(COUNTED)}&customer_type="
    by_type = [figures.figure(label, counts.get(code, 0), f"{listed}{code}") for code, label in TYPES]
    return {"groups": [{"label": "Data Pelanggan", "figures": [*by_type, _waiting()]}], "charts": []}


def _waiting() -> dict[str, Any]:
    new = db.session.scalar(sa.select(sa.func.count()).select_from(Customer).where(Customer.status == "unverified"))
    return figures.figure("Menunggu verifikasi", new or 0, f"{LISTED}?box=new")
