import uuid
from typing import Any

from flask import g

from chassis.auth import requires
from chassis.web import Blueprint, represent
from svc_identity.customers import rules as customers
from svc_identity.members import rules
from svc_identity.members.present import present_member
from svc_identity.roles import VERIFIERS
from svc_identity.workflow import MEMBER

bp = Blueprint("members", __name__, description="Pengguna pelanggan")


@bp.get("/customers/<uuid:customer_id>/members")
@bp.response(200)
@requires("customer", *VERIFIERS)
def list_members(customer_id: uuid.UUID) -> Any:
    """Pengguna satu pelanggan"""
    customer = customers.get(customer_id, g.principal)
    return {"items": [present_member(member, g.principal) for member in rules.list_of(customer)]}


@bp.get("/members/<uuid:member_id>")
@bp.response(200)
@requires("customer", *VERIFIERS)
def show_member(member_id: uuid.UUID) -> Any:
    """Satu pengguna"""
    return represent(present_member(rules.get(member_id, g.principal), g.principal))


bp.actions(MEMBER, load=rules.get, dump=present_member)
