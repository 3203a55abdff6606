import uuid
from typing import Any

import sqlalchemy as sa
from flask import g

from chassis.auth import Principal, file_link, requires
from chassis.db import atomic
from chassis.lists import Column, ListArgs, Listing
from chassis.web import Blueprint, json_body, represent
from chassis.workflow.forms import read, schema

from ..documents.registry import KINDS
from . import rules
from .models import Format, Signatory
from .workflow import FORMAT, KEEPERS, SERVICES, SIGNATORY, SIGNATORY_FORM

bp = Blueprint("document_masters", __name__, description="Tanda tangan dan format dokumen")

API = "/api/v1/documents"
LISTING = Listing(
    model=Signatory,
    sorts={"name": Signatory.name, "valid_from": Signatory.valid_from},
    default_sort="name",
    search=(Signatory.name, Signatory.nip, Signatory.position),
    filters={"service": Signatory.service},
    columns=(
        Column("Nama", lambda s: s.name),
        Column("NIP", lambda s: s.nip),
        Column("Jabatan", lambda s: s.position),
        Column("Layanan", lambda s: SERVICES[s.service]),
        Column("Berlaku mulai", lambda s: s.valid_from),
        Column("Berlaku sampai", lambda s: s.valid_to),
    ),
)


def present_signatory(signatory: Signatory, principal: Principal) -> dict[str, Any]:
    href = f"{API}/signatories/{signatory.id}"
    links = {"self": href, "history": f"{href}/history"}
    if signatory.picture_file_id:
        links["picture"] = file_link(signatory.picture_file_id, signatory.picture_by)
    return {
        "id": str(signatory.id),
        "version": signatory.version,
        "status": SIGNATORY.present_status(signatory),
        **{name: getattr(signatory, name) for name in ("name", "nip", "position", "service")},
        "service_label": SERVICES[signatory.service],
        "valid_from": signatory.valid_from.isoformat(),
        "valid_to": signatory.valid_to.isoformat() if signatory.valid_to else None,
        "actions": SIGNATORY.actions(signatory, principal),
        "links": links,
    }


def present_format(chosen: Format, principal: Principal) -> dict[str, Any]:
    href = f"{API}/formats/{chosen.id}"
    return {
        "id": str(chosen.id),
        "version": chosen.version,
        "status": FORMAT.present_status(chosen),
        "number": KINDS[chosen.kind].label,
        "kind": chosen.kind,
        "header_text": chosen.header_text,
        "footer_text": chosen.footer_text,
        "notes": chosen.notes,
        "notes_text": "; ".join(chosen.notes),
        "hidden_columns": chosen.hidden_columns,
        "columns_label": rules.shown_columns(chosen),
        "actions": FORMAT.actions(chosen, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }


@bp.get("/signatories/form")
@bp.response(200)
@requires(*KEEPERS)
def show_signatory_form() -> Any:
    """Isian penanda tangan"""
    return {"fields": [field.describe() for field in SIGNATORY_FORM]}


@bp.get("/signatories")
@bp.arguments(ListArgs, location="query")
@bp.response(200)
@requires(*KEEPERS)
def list_signatories(args: dict[str, Any]) -> Any:
    """Tanda tangan"""
    query = sa.select(Signatory).where(Signatory.status != "deleted")
    return LISTING.answer(query, args, lambda rows: [present_signatory(row, g.principal) for row in rows])


@bp.post("/signatories")
@bp.doc(requestBody={"content": {"application/json": {"schema": schema(SIGNATORY_FORM, name="SignatoryForm")}}})
@bp.response(201)
@requires(*KEEPERS)
@atomic
def add_signatory() -> Any:
    """Tambah penanda tangan"""
    signatory = rules.add(read(SIGNATORY_FORM, json_body()), g.principal)
    return represent(present_signatory(signatory, g.principal), 201)


@bp.get("/signatories/<uuid:signatory_id>")
@bp.response(200)
@requires(*KEEPERS)
def show_signatory(signatory_id: uuid.UUID) -> Any:
    """Satu penanda tangan"""
    return represent(present_signatory(rules.get_signatory(signatory_id, g.principal), g.principal))


bp.actions(SIGNATORY, load=rules.get_signatory, dump=present_signatory)


@bp.get("/formats")
@bp.response(200)
@requires(*KEEPERS)
def list_formats() -> Any:
    """Format sertifikat dan laporan"""
    found = rules.list_formats()
    return {"items": [present_format(chosen, g.principal) for chosen in found], "count": len(found)}


@bp.get("/formats/<uuid:format_id>")
@bp.response(200)
@requires(*KEEPERS)
def show_format(format_id: uuid.UUID) -> Any:
    """Satu format"""
    return represent(present_format(rules.get_format(format_id, g.principal), g.principal))


bp.actions(FORMAT, load=rules.get_format, dump=present_format)
