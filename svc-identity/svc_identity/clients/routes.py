import uuid
from typing import Any

import marshmallow as ma
from flask import g
from marshmallow import validate

from chassis.auth import Principal, public, requires
from chassis.db import atomic
from chassis.lists import NO_NUL, ListArgs, Listing
from chassis.web import Blueprint, represent
from svc_identity.clients import rules
from svc_identity.clients.models import Client
from svc_identity.roles import ADMINS
from svc_identity.workflow import CLIENT

bp = Blueprint("clients", __name__, description="Sistem lain")

LISTING = Listing(model=Client, sorts={"name": Client.name}, default_sort="name", search=(Client.name,))


class ClientForm(ma.Schema):
    name = ma.fields.String(required=True, validate=[validate.Length(min=1, max=200), NO_NUL])
    scopes = ma.fields.List(
        ma.fields.String(validate=validate.OneOf(list(rules.SCOPES))),
        required=True,
        validate=validate.Length(min=1, max=20),
    )


class TokenRequest(ma.Schema):
    grant_type = ma.fields.String(required=True, validate=validate.Equal("client_credentials"))
    client_id = ma.fields.String(required=True, validate=validate.Length(max=100))
    client_secret = ma.fields.String(required=True, validate=validate.Length(max=200))
    scope = ma.fields.String(load_default="", validate=validate.Length(max=300))


def present_client(client: Client, principal: Principal) -> dict[str, Any]:
    href = f"/api/v1/identity/clients/{client.id}"
    return {
        "id": str(client.id),
        "version": client.version,
        "status": CLIENT.present_status(client),
        "name": client.name,
        "scopes": client.scopes,
        "created_at": client.created_at.isoformat(),
        "last_used_at": client.last_used_at.isoformat() if client.last_used_at else None,
        "actions": CLIENT.actions(client, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }


@bp.post("/tokens")
@bp.arguments(TokenRequest)
@bp.response(201)
@public
def issue_token(form: dict[str, Any]) -> Any:
    """Token bagi sistem lain (client credentials)"""
    return represent(rules.issue(form["client_id"], form["client_secret"], form["scope"]), 201)


@bp.get("/clients")
@bp.arguments(ListArgs, location="query")
@bp.response(200)
@requires(*ADMINS)
def list_clients(args: dict[str, Any]) -> Any:
    """Daftar sistem lain"""
    return LISTING.answer(rules.seen_by(g.principal), args, lambda rows: [present_client(c, g.principal) for c in rows])


@bp.post("/clients")
@bp.arguments(ClientForm)
@bp.response(201)
@requires(*ADMINS)
def add_client(form: dict[str, Any]) -> Any:
    """Daftarkan sistem lain; secret hanya ditampilkan sekali"""
    with atomic():  # not @atomic: the answer holds the secret and must not be remembered for an Idempotency-Key
        client, secret = rules.add(form, g.principal)
    return represent(present_client(client, g.principal) | {"client_secret": secret}, 201)


@bp.get("/clients/<uuid:client_id>")
@bp.response(200)
@requires(*ADMINS)
def show_client(client_id: uuid.UUID) -> Any:
    """Satu sistem lain"""
    return represent(present_client(rules.get(client_id, g.principal), g.principal))


@bp.post("/clients/<uuid:client_id>/secrets")
@bp.response(201)
@requires(*ADMINS)
def renew_secret(client_id: uuid.UUID) -> Any:
    """Ganti secret; yang lama langsung tidak berlaku"""
    with atomic():  # see add_client
        client = rules.get(client_id, g.principal)
        secret = rules.renew_secret(client)
    return represent(present_client(client, g.principal) | {"client_secret": secret}, 201)


bp.actions(CLIENT, load=rules.get, dump=present_client)
