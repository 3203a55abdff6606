from typing import Any

import marshmallow as ma
from marshmallow import validate

from chassis.auth import internal, public
from chassis.db import atomic
from chassis.lists import NO_NUL
from chassis.web import Blueprint
from svc_identity.links import rules
from svc_identity.sessions.routes import client_ip
from svc_identity.sessions.schemas import Password

bp = Blueprint("links", __name__, description="Tautan sekali pakai")
internal_bp = Blueprint("internal-links", __name__, internal=True)


class Address(ma.Schema):
    email = ma.fields.String(required=True, validate=validate.Length(max=254))


class Redemption(ma.Schema):
    token = ma.fields.String(required=True, validate=validate.Length(max=200))
    password = ma.fields.String(required=True, validate=Password)


class Acceptance(Redemption):
    username = ma.fields.String(required=True, validate=validate.Length(max=40))
    name = ma.fields.String(load_default="", validate=[validate.Length(max=200), NO_NUL])


@bp.post("/password-resets")
@bp.arguments(Address)
@bp.response(202)
@public
@atomic
def request_reset(form: dict[str, Any]) -> Any:
    """Lupa password: jawabannya sama, dikenal atau tidak"""
    rules.request_reset(form["email"], ip=client_ip())
    return {"detail": "Bila alamat ini terdaftar, tautan untuk mengganti password dikirim ke sana."}, 202


@bp.post("/password-resets/redeem")
@bp.arguments(Redemption)
@bp.response(204)
@public
@atomic
def redeem(form: dict[str, Any]) -> Any:
    """Ganti password dengan tautan"""
    rules.redeem_password(form["token"], form["password"])
    return "", 204


@bp.post("/invitations/accept")
@bp.arguments(Acceptance)
@bp.response(201)
@public
@atomic
def accept(form: dict[str, Any]) -> Any:
    """Terima undangan atau klaim akun"""
    member = rules.accept(
        form["token"], username=form["username"], password=form["password"], name=form["name"].strip()
    )
    return {"id": str(member.id), "customer_id": str(member.customer_id), "username": member.user.username}, 201


@internal_bp.get("/links/<uuid:link_id>")
@internal_bp.response(200)
@internal("svc-notify")
def show_link(link_id: Any) -> Any:
    """What one mail needs"""
    link = rules.get_open(link_id)
    return {
        "id": str(link.id),
        "purpose": link.purpose,
        "name": link.user.name,
        "email": link.user.email,
        "url": rules.url_of(link),
        "expires_at": link.expires_at.isoformat(),
    }
