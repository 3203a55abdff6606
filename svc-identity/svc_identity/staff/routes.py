import uuid
from typing import Any

import marshmallow as ma
from flask import g

from chassis.auth import requires
from chassis.db import atomic
from chassis.exports import Source
from chassis.lists import NO_NUL, Column, ListArgs, Listing, Word
from chassis.problems import BadForm
from chassis.web import Blueprint, json_body, represent
from chassis.workflow import forms
from svc_identity.accounts.models import Grant, User
from svc_identity.roles import ADMINS, ROLES
from svc_identity.sessions.schemas import LONGEST
from svc_identity.staff import rules
from svc_identity.staff.forms import GRANTS, PASSWORD, PROFILE, USERNAME
from svc_identity.staff.models import Staff
from svc_identity.staff.present import present_staff, tasks_of
from svc_identity.workflow import STAFF

bp = Blueprint("staff", __name__, description="Admin/User: pegawai kantor")

FORM = (*PROFILE, *GRANTS, USERNAME)
LISTING = Listing(
    model=Staff,
    sorts={"name": User.name, "nip": Staff.nip, "created_at": Staff.created_at},
    default_sort="name",
    search=(User.name, User.username, Staff.nip, User.email),
    dated=Staff.created_at,
    heading="Akun pegawai",
    words={
        "status": Word(
            "Status", lambda codes: ", ".join(STAFF.label(c) for c in codes.split(",") if c in STAFF.states)
        ),
        "role": Word("Tugas", {role.code: role.label for role in ROLES}),
    },
    columns=(
        Column("NIP", lambda s: s.nip, "nip"),
        Column("Nama", lambda s: s.name, "name"),
        Column("Username", lambda s: s.user.username, "username"),
        Column("No Telp", lambda s: s.user.phone, "phone"),
        Column("Email", lambda s: s.user.email, "email"),
        Column("Tugas", tasks_of, "roles"),
        Column("Status", lambda s: STAFF.label(s.status), "status"),
    ),
)


class StaffArgs(ListArgs):
    role = ma.fields.String(load_default="", validate=NO_NUL)


def select(args: dict[str, Any]) -> Any:
    query = rules.seen_by(g.principal)
    return query.where(User.grants.any(Grant.role == args["role"])) if args["role"] else query


SOURCE = Source(name="staff", listing=LISTING, select=select, args=StaffArgs, roles=frozenset(ADMINS))


@bp.get("/staff/form")
@bp.response(200)
@requires(*ADMINS)
def show_form() -> Any:
    """Isian akun pegawai"""
    return {"fields": [field.describe() for field in FORM]}


@bp.get("/staff")
@bp.arguments(StaffArgs, location="query")
@bp.response(200)
@requires(*ADMINS)
def list_staff(args: dict[str, Any]) -> Any:
    """Daftar pegawai"""
    return LISTING.answer(select(args), args, lambda rows: [present_staff(row, g.principal) for row in rows])


@bp.post("/staff")
@bp.doc(requestBody={"content": {"application/json": {"schema": forms.schema((*FORM, PASSWORD), name="StaffForm")}}})
@bp.response(201)
@requires(*ADMINS)
@atomic
def add_staff() -> Any:
    """Tambah akun"""
    body = json_body()
    password = body.pop("password", None) or ""
    if not isinstance(password, str) or len(password) > LONGEST:
        raise BadForm("Password tidak terbaca.", errors={"password": ["Harus berupa teks."]})
    staff = rules.add(forms.read(FORM, body), g.principal, password=password)
    return represent(present_staff(staff, g.principal), 201)


@bp.get("/staff/<uuid:staff_id>")
@bp.response(200)
@requires(*ADMINS)
def show_staff(staff_id: uuid.UUID) -> Any:
    """Satu pegawai"""
    return represent(present_staff(rules.get(staff_id, g.principal), g.principal))


bp.actions(STAFF, load=rules.get, dump=present_staff)
