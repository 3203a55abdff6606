from typing import Any

from flask import Response, g, jsonify, request

from chassis.auth import public, signed_in
from chassis.db import atomic
from chassis.web import Blueprint
from svc_identity.sessions import present, rules
from svc_identity.sessions.schemas import Credentials, Me, PasswordChange, Refresh, Tokens
from svc_identity.sessions.tokens import access_keys

bp = Blueprint("sessions", __name__, description="Masuk, keluar dan jati diri")


def client_ip() -> str:
    return g.principal.ip or request.remote_addr or ""


@bp.post("/sessions")
@bp.arguments(Credentials)
@bp.response(201, Tokens)
@public
def sign_in(credentials: dict[str, Any]) -> Any:
    """Masuk"""
    return _secret(rules.sign_in(**credentials, ip=client_ip()), 201)


@bp.post("/sessions/refresh")
@bp.arguments(Refresh)
@bp.response(200, Tokens)
@public
def refresh(form: dict[str, Any]) -> Any:
    """Perpanjang sesi"""
    return _secret(rules.refresh(form["refresh_token"]))


@bp.delete("/sessions/current")
@bp.response(204)
@signed_in
@atomic
def sign_out() -> Any:
    """Keluar"""
    rules.sign_out(g.principal)
    return "", 204


@bp.get("/me")
@bp.response(200, Me)
@signed_in
def show_me() -> Any:
    """Siapa saya"""
    return _secret(present.me(g.principal))


@bp.post("/me/password")
@bp.arguments(PasswordChange)
@bp.response(204)
@signed_in
def change_password(form: dict[str, Any]) -> Any:
    """Ganti password"""
    with rules.counted(g.principal):
        return _change_password(form)


@atomic
def _change_password(form: dict[str, Any]) -> Any:
    rules.change_password(g.principal, current=form["current_password"], password=form["password"])
    return "", 204


@bp.get("/jwks")
@bp.response(200)
@public
def show_keys() -> Any:
    """Kunci publik token akses"""
    return access_keys().public_set


def _secret(body: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
