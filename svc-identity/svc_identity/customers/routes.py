import uuid
from typing import Any

import marshmallow as ma
from flask import g, request

from chassis.auth import public, requires, signed_in
from chassis.db import atomic
from chassis.exports import Source
from chassis.lists import NO_NUL, Column, ListArgs, Listing, Word
from chassis.problems import NotFound
from chassis.web import Blueprint, json_body, represent
from chassis.workflow.forms import read, schema
from svc_identity.customers import rules
from svc_identity.customers.forms import PROFILE, REGISTRATION, checked
from svc_identity.customers.models import Customer
from svc_identity.customers.present import LABELS, present_customer, present_in_full
from svc_identity.links import rules as links
from svc_identity.members.rules import find_owner
from svc_identity.roles import CUSTOMER_READERS, VERIFIERS
from svc_identity.sessions.routes import client_ip
from svc_identity.sessions.schemas import Password
from svc_identity.workflow import CUSTOMER

bp = Blueprint("customers", __name__, description="Pelanggan")

BOXES = {"new": ("unverified",), "blocked": ("blocked",)}
LISTING = Listing(
    model=Customer,
    sorts={"created_at": Customer.created_at, "name": Customer.name, "city": Customer.city},
    default_sort="-created_at",
    search=(Customer.name, Customer.npwp, Customer.email, Customer.city, Customer.phone),
    filters={"customer_type": Customer.customer_type, "customer_group": Customer.customer_group},
    dated=Customer.created_at,
    heading="Pelanggan",
    words={
        "status": Word(
            "Status", lambda codes: ", ".join(CUSTOMER.label(c) for c in codes.split(",") if c in CUSTOMER.states)
        ),
        "customer_type": Word("Tipe", LABELS["customer_type"]),
        "customer_group": Word("Kelompok", LABELS["customer_group"]),
    },
    columns=(
        Column("Nama", lambda c: c.name, "name"),
        Column("Tipe", lambda c: LABELS["customer_type"][c.customer_type], "customer_type"),
        Column("Kelompok", lambda c: LABELS["customer_group"][c.customer_group], "customer_group"),
        Column("NPWP", lambda c: c.npwp, "npwp"),
        Column("NIB", lambda c: c.nib, "nib"),
        Column("KBLI", lambda c: c.kbli, "kbli"),
        Column("Alamat", lambda c: c.address, "address"),
        Column("Kota/Kabupaten", lambda c: c.city, "city"),
        Column("Telepon", lambda c: c.phone, "phone"),
        Column("Email", lambda c: c.email, "email"),
        Column("Status", lambda c: CUSTOMER.label(c.status), "status"),
        Column("Terdaftar", lambda c: c.created_at, "registered"),
    ),
)


class CustomerArgs(ListArgs):
    customer_type = ma.fields.String(load_default="", validate=NO_NUL)
    customer_group = ma.fields.String(load_default="", validate=NO_NUL)


def select(args: dict[str, Any]) -> Any:
    query = rules.seen_by(g.principal)
    return query.where(Customer.status.in_(BOXES.get(args["box"], ()))) if args["box"] else query


SOURCE = Source(
    name="customers",
    listing=LISTING,
    select=select,
    args=CustomerArgs,
    roles=frozenset({"customer", *CUSTOMER_READERS}),
)


class Registration(schema(REGISTRATION, name="Registration")):  # type: ignore[misc]  # made from the declared form
    password = ma.fields.String(required=True, validate=Password)


@bp.get("/customers/form")
@bp.response(200)
@public
def show_form() -> Any:
    """Isian pendaftaran"""
    password = {
        "name": "password",
        "label": "Password",
        "kind": "text",
        "required": True,
        "hint": "Paling sedikit 12 karakter.",
    }
    return {"fields": [*(field.describe() for field in REGISTRATION), password]}


@bp.post("/customers")
@bp.arguments(Registration)
@bp.response(201)
@public
def register(form: dict[str, Any]) -> Any:
    """Daftar sebagai pelanggan"""
    given = {field.name: form.get(field.name) or "" for field in REGISTRATION}
    return _registered(rules.check_registration(given | {"password": form["password"]}, ip=client_ip()))


@atomic
def _registered(answers: dict[str, Any]) -> Any:
    customer = rules.register(answers, ip=client_ip())
    shown = {"id": str(customer.id), "name": customer.name, "status": CUSTOMER.present_status(customer)}
    return represent(shown | {"version": customer.version, "username": answers["username"].strip().lower()}, 201)


@bp.post("/customers/walk-ins")
@bp.doc(requestBody={"content": {"application/json": {"schema": schema(PROFILE, name="WalkIn")}}})
@bp.response(201)
@requires(*VERIFIERS)
@atomic
def add_walk_in() -> Any:
    """Tambah pelanggan tanpa login"""
    customer = rules.add_walk_in(checked(read(PROFILE, json_body())))
    return represent(present_in_full(customer, g.principal), 201)


@bp.get("/customers")
@bp.arguments(CustomerArgs, location="query")
@bp.response(200)
@requires("customer", *CUSTOMER_READERS)
def list_customers(args: dict[str, Any]) -> Any:
    """Daftar pelanggan"""
    return LISTING.answer(select(args), args, lambda rows: [present_customer(row, g.principal) for row in rows])


@bp.get("/customers/<uuid:customer_id>")
@bp.response(200)
@requires("customer", *CUSTOMER_READERS)
def show_customer(customer_id: uuid.UUID) -> Any:
    """Satu pelanggan"""
    return represent(present_in_full(rules.get(customer_id, g.principal), g.principal))


@bp.get("/customers/<uuid:customer_id>/claim")
@bp.response(200)
@requires(*VERIFIERS)
def show_claim(customer_id: uuid.UUID) -> Any:
    """Tautan klaim yang masih berlaku, untuk dicetak di loket"""
    owner = find_owner(rules.get(customer_id, g.principal))
    link = links.find_open(owner.id) if owner else None
    if link is None or link.purpose != "claim":
        raise NotFound("Belum ada tautan klaim yang berlaku. Buat tautan klaim lebih dahulu.")
    return represent({"id": str(link.id), "url": links.url_of(link), "expires_at": link.expires_at})


@bp.get("/worklists")
@bp.response(200)
@signed_in
def list_worklists() -> Any:
    """Kotak kerja"""
    if not g.principal.has(*VERIFIERS):
        return []
    href = f"{request.path.removesuffix('worklists')}customers?box=new"
    return [{"box": "new", "label": "Pendaftaran Baru", "count": rules.count_unverified(), "href": href}]


bp.actions(CUSTOMER, load=rules.get, dump=present_in_full)
