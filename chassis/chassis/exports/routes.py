from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Response, current_app, g
from marshmallow import validate

from chassis.auth import internal, signed_in
from chassis.db import db
from chassis.exports import rules, tasks
from chassis.exports.sources import Source
from chassis.idempotency import answered_after
from chassis.lists import NO_NUL, XLSX
from chassis.problems import NotAllowed
from chassis.web import Blueprint, represent

FILTER = validate.Length(max=200)


class Wish(ma.Schema):
    list = ma.fields.String(required=True, validate=[validate.Length(max=60), NO_NUL])
    format = ma.fields.String(required=True, validate=validate.OneOf(["xlsx", "pdf"]))
    query = ma.fields.Dict(
        keys=ma.fields.String(validate=validate.Length(max=40)),
        values=ma.fields.String(validate=[validate.Length(max=300), NO_NUL]),
        load_default=dict,
        validate=validate.Length(max=30),
    )


def blueprints(*sources: Source) -> list[Blueprint]:
    """The routes of exports for these lists; the first is public, the second for svc-documents."""
    bp = Blueprint("exports", __name__, description="Daftar sebagai berkas")
    desk = Blueprint("exports_internal", __name__, internal=True, description="Isi daftar untuk dicetak")
    bp.record(lambda state: state.app.extensions["chassis"].extra.update(lists={each.name: each for each in sources}))
    bp.post("/exports")(bp.arguments(Wish)(bp.response(201)(signed_in(ask))))
    bp.get("/exports")(bp.response(200)(signed_in(list_exports)))
    bp.get("/exports/<uuid:export_id>")(bp.response(200)(signed_in(show_export)))
    bp.get("/exports/<uuid:export_id>/file")(bp.response(200, content_type=XLSX)(signed_in(load_file)))
    desk.get("/exports/<uuid:export_id>/content")(desk.response(200)(internal("svc-documents")(show_content)))
    return [bp, desk]


def ask(wish: dict[str, Any]) -> Any:
    """Minta seluruh daftar sebagai berkas"""
    if g.principal.kind != "user":
        raise NotAllowed()
    return answered_after(lambda: _asked(wish))


def _asked(wish: dict[str, Any]) -> Any:
    export = rules.ask(wish["list"], wish["format"], wish["query"], g.principal)
    if export is None:
        service = current_app.extensions["chassis"].name
        query = urlencode({**wish["query"], "format": wish["format"]})
        return represent({"links": {"file": f"/api/v1/{service}/{wish['list']}?{query}"}})
    export_id = export.id
    if not export.is_announced:
        tasks.carry_through(export_id)
    db.session.rollback()
    return represent(rules.present(rules.get(export_id, g.principal)), 201)


def list_exports() -> Any:
    """Berkas yang saya minta"""
    return {"items": [rules.present(export) for export in rules.list_own(g.principal)]}


def show_export(export_id: uuid.UUID) -> Any:
    """Satu berkas yang saya minta"""
    return represent(rules.present(rules.get(export_id, g.principal)))


def load_file(export_id: uuid.UUID) -> Response:
    """Unduh berkas"""
    export = rules.get(export_id, g.principal)
    response = Response(rules.content(export), content_type=XLSX)
    response.headers.update({"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = f'attachment; filename="{export.list}.xlsx"'
    return response


def show_content(export_id: uuid.UUID) -> Any:
    """Isi daftar untuk dicetak"""
    return represent(rules.printable(export_id))
