import uuid
from typing import Any

import marshmallow as ma
from flask import g
from marshmallow import validate

from chassis.auth import signed_in
from chassis.db import atomic
from chassis.lists import NO_NUL
from chassis.web import Blueprint, represent
from svc_identity.views import rules
from svc_identity.views.models import SavedView

bp = Blueprint("views", __name__, description="Tampilan daftar yang disimpan")

LIST = validate.Regexp(r"[a-z]{2,20}/[a-z-]{2,30}\Z")
NAME = [validate.Length(min=1, max=60, error="Isi nama, paling banyak 60 huruf."), NO_NUL]
QUERY = [validate.Length(max=1_000), NO_NUL]


class Trimmed(ma.Schema):
    @ma.pre_load
    def trim(self, given: Any, **_: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("name"), str):
            return given
        return {**given, "name": " ".join(given["name"].split())}


class ViewArgs(ma.Schema):
    list = ma.fields.String(required=True, validate=LIST)


class ViewForm(Trimmed):
    list = ma.fields.String(required=True, validate=LIST)
    name = ma.fields.String(required=True, validate=NAME)
    query = ma.fields.String(required=True, validate=QUERY)
    role = ma.fields.String(load_default="", validate=[validate.Length(max=40), NO_NUL])


class ViewChange(Trimmed):
    name = ma.fields.String(validate=NAME)
    query = ma.fields.String(validate=QUERY)


class DefaultForm(ma.Schema):
    list = ma.fields.String(required=True, validate=LIST)
    view_id = ma.fields.UUID(required=True, allow_none=True)


def present(view: SavedView, default: uuid.UUID | None) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "list": view.list,
        "name": view.name,
        "query": view.query,
        "role": view.role,
        "is_mine": rules.is_mine(view, g.principal),
        "is_default": view.id == default,
    }


@bp.get("/me/views")
@bp.arguments(ViewArgs, location="query")
@bp.response(200)
@signed_in
def list_views(args: dict[str, str]) -> Any:
    """Tampilan saya dan tampilan bersama"""
    default = rules.find_default(g.principal, args["list"])
    return {"items": [present(view, default) for view in rules.list_views(g.principal, args["list"])]}


@bp.post("/me/views")
@bp.arguments(ViewForm)
@bp.response(201)
@signed_in
@atomic
def add_view(form: dict[str, str]) -> Any:
    """Simpan tampilan"""
    return represent(present(rules.add(g.principal, **form), None), 201)


@bp.patch("/me/views/<uuid:view_id>")
@bp.arguments(ViewChange)
@bp.response(200)
@signed_in
@atomic
def change_view(form: dict[str, str], view_id: uuid.UUID) -> Any:
    """Ubah tampilan"""
    view = rules.change(rules.get(view_id, g.principal), g.principal, **form)
    return represent(present(view, rules.find_default(g.principal, view.list)))


@bp.delete("/me/views/<uuid:view_id>")
@bp.response(204)
@signed_in
@atomic
def remove_view(view_id: uuid.UUID) -> Any:
    """Hapus tampilan"""
    rules.remove(rules.get(view_id, g.principal), g.principal)
    return "", 204


@bp.put("/me/views/default")
@bp.arguments(DefaultForm)
@bp.response(204)
@signed_in
@atomic
def choose_default(form: dict[str, Any]) -> Any:
    """Pilih tampilan awal sebuah daftar"""
    rules.choose_default(g.principal, form["list"], form["view_id"])
    return "", 204
