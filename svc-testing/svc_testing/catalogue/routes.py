"""The catalogue: what is offered, and what its keepers do with it."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import Response, g, request
from sqlalchemy.orm import joinedload, selectinload

from chassis.auth import public, requires
from chassis.db import atomic, db
from chassis.lists import XLSX, Column, ListArgs, Listing
from chassis.problems import BadForm, NotFound
from chassis.web import Blueprint, json_body, represent
from chassis.workflow import choice
from chassis.workflow.forms import read, schema
from svc_testing import presenting
from svc_testing.catalogue import forms, imports, present, rules
from svc_testing.catalogue.models import CatalogueImport, Parameter, Standard
from svc_testing.catalogue.workflow import IMPORT, KEEPERS, PARAMETER, READERS, STANDARD
from svc_testing.people import rules as people
from svc_testing.schemas import StandardArgs

bp = Blueprint("catalogue", __name__, description="Katalog: peraturan, parameter, batas, metode, tarif")

PARAMETER_LIST = Listing(
    model=Parameter,
    sorts={"name": Parameter.name, "position": Parameter.position},
    default_sort="name",
    search=(Parameter.name, Parameter.method, Parameter.unit),
    filters={"standard_id": Parameter.standard_id},
    columns=(
        Column("Standar", lambda p: p.standard.code),
        Column("Parameter", lambda p: p.name),
        Column("Satuan", lambda p: p.unit),
        Column("Batas", lambda p: p.limit_text),
        Column("Metode", lambda p: p.method),
        Column("Tarif", lambda p: p.price_amount),
        Column("Terakreditasi", lambda p: "ya" if p.is_accredited else "tidak"),
        Column("Status", lambda p: PARAMETER.label(p.status)),
        Column("Alasan blokir", lambda p: p.blocked_note),
    ),
)
IMPORT_LIST = Listing(
    model=CatalogueImport,
    sorts={"created_at": CatalogueImport.created_at},
    default_sort="-created_at",
    search=(CatalogueImport.file_name, CatalogueImport.brought_by),
    dated=CatalogueImport.created_at,
)


class ParameterArgs(ListArgs):
    standard_id = ma.fields.UUID(load_default=None, allow_none=True)


# standards: anybody may read what is offered


@bp.get("/standards")
@bp.arguments(StandardArgs, location="query")
@bp.response(200)
@public
def list_standards(args: dict[str, Any]) -> Any:
    """Peraturan dan standar yang berlaku"""
    query = sa.select(Standard).where(Standard.status != "deleted").order_by(Standard.code)
    day = people.today()
    found = [
        standard
        for standard in db.session.scalars(query.options(selectinload(Standard.parameters)))
        if (args["all"] or standard.is_current(day)) and _matches(standard, args["q"])
    ]
    return {"items": [present.standard_row(standard, g.principal) for standard in found], "count": len(found)}


def _matches(standard: Standard, wanted: str) -> bool:
    return wanted.lower() in f"{standard.code} {standard.title} {standard.matrix}".lower()


@bp.get("/standards/form")
@bp.response(200)
@requires(*KEEPERS)
def show_standard_form() -> Any:
    """Isian standar"""
    return {"fields": [field.describe() for field in forms.STANDARD]}


@bp.post("/standards")
@bp.doc(requestBody={"content": {"application/json": {"schema": schema(forms.STANDARD, name="StandardForm")}}})
@bp.response(201)
@requires(*KEEPERS)
@atomic
def add_standard() -> Any:
    """Tambah standar"""
    standard = rules.add_standard(read(forms.STANDARD, json_body()), g.principal)
    return represent(present.standard_row(standard, g.principal), 201)


@bp.get("/standards/<uuid:standard_id>")
@bp.response(200)
@public
def show_standard(standard_id: uuid.UUID) -> Any:
    """Satu standar dengan parameter, batas, metode dan harga"""
    standard = db.session.get(Standard, standard_id)
    if standard is None or standard.status == "deleted":
        raise NotFound()
    parameters = [presenting.catalogue_parameter(parameter) for parameter in standard.parameters]
    return represent(present.standard_row(standard, g.principal) | {"parameters": parameters})


bp.actions(STANDARD, load=rules.get_standard, dump=present.standard_row)


# parameters


def _form(*, of_known: bool) -> Any:
    standards = sa.select(Standard.id, Standard.code, Standard.title).where(Standard.status == "current")
    options = tuple(
        (str(key), f"{code} {title}") for key, code, title in db.session.execute(standards.order_by("code"))
    )
    which = choice("standard_id", "Standar", required=True, options=options if of_known else ())
    return (which, *forms.blank(forms.PARAMETER))


@bp.get("/parameters/form")
@bp.response(200)
@requires(*KEEPERS)
def show_parameter_form() -> Any:
    """Isian parameter"""
    return {"fields": [field.describe() for field in _form(of_known=True)]}


@bp.get("/parameters")
@bp.arguments(ParameterArgs, location="query")
@bp.response(200)
@requires(*READERS)
def list_parameters(args: dict[str, Any]) -> Any:
    """Data parameter"""
    query = sa.select(Parameter).where(Parameter.status != "deleted").options(joinedload(Parameter.standard))
    return PARAMETER_LIST.answer(query, args, lambda rows: presenting.each(rows, present.parameter_row, g.principal))


@bp.post("/parameters")
@bp.doc(requestBody={"content": {"application/json": {"schema": schema(forms.PARAMETER, name="ParameterForm")}}})
@bp.response(201)
@requires(*KEEPERS)
@atomic
def add_parameter() -> Any:
    """Tambah parameter"""
    form = read(_form(of_known=True), json_body())
    standard = db.session.get_one(Standard, uuid.UUID(form.pop("standard_id")), with_for_update=True)
    return represent(present.parameter_row(rules.add_parameter(standard, form, g.principal), g.principal), 201)


@bp.get("/parameters/<uuid:parameter_id>")
@bp.response(200)
@requires(*READERS)
def show_parameter(parameter_id: uuid.UUID) -> Any:
    """Satu parameter"""
    return represent(present.parameter_row(rules.get_parameter(parameter_id, g.principal), g.principal))


bp.actions(PARAMETER, load=rules.get_parameter, dump=present.parameter_row)


# the whole catalogue as a workbook


@bp.get("/imports/sheet")
@bp.response(200, content_type=XLSX)
@requires(*READERS)
def export_catalogue() -> Response:
    """Unduh katalog sebagai Excel"""
    response = Response(imports.export(), content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="katalog-pengujian.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/imports")
@bp.arguments(ListArgs, location="query")
@bp.response(200)
@requires(*KEEPERS)
def list_imports(args: dict[str, Any]) -> Any:
    """Impor katalog"""
    answer = {**args, "format": "json"}
    return IMPORT_LIST.answer(
        sa.select(CatalogueImport), answer, lambda rows: presenting.each(rows, present.import_row, g.principal)
    )


@bp.post("/imports")
@bp.response(201)
@requires(*KEEPERS)
def propose_import() -> Any:
    """Unggah katalog dan lihat perubahannya"""
    sheet = request.files.get("file")
    if sheet is None:
        raise BadForm(errors={"file": ["Pilih berkas Excel (.xlsx)."]})
    name, content = sheet.filename or "katalog.xlsx", sheet.read()
    g.body_digest = f"{name}\n{hashlib.sha256(content).hexdigest()}"  # the line between the parts is another each time
    return _proposed(name, content)


@atomic
def _proposed(name: str, content: bytes) -> Any:
    proposal = imports.propose(name, content, g.principal)
    return represent(present.import_detail(proposal, g.principal), 201)


@bp.get("/imports/<uuid:import_id>")
@bp.response(200)
@requires(*KEEPERS)
def show_import(import_id: uuid.UUID) -> Any:
    """Satu impor dengan perubahannya"""
    return represent(present.import_detail(_import(import_id, g.principal), g.principal))


def _import(import_id: uuid.UUID, principal: Any) -> CatalogueImport:
    proposal = db.session.get(CatalogueImport, import_id)
    if proposal is None or not principal.has(*KEEPERS):
        raise NotFound()
    return proposal


bp.actions(IMPORT, load=_import, dump=present.import_detail)
