"""Asking for a whole list as a file, and reading what came of it. Nobody reads what another one asked for."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from chassis.auth import Principal, grant
from chassis.db import atomic, db, now
from chassis.exports.models import Export, File, Piece
from chassis.exports.sources import AT_ONCE, Source, count_up_to, find, words
from chassis.problems import BadForm, Gone, NotFound, TooMany

KEPT = timedelta(days=7)
OPEN_AT_MOST = 3
PDF_ROWS, XLSX_ROWS = 3_000, 250_000
LABELS = {"waiting": "SEDANG DISIAPKAN", "finished": "SIAP DIUNDUH", "failed": "GAGAL"}
WHO = ("id", "name", "customer_id", "kind", "scope")


def ask(name: str, format: str, given: dict[str, Any], principal: Principal) -> Export | None:
    """An export to wait for; None when the list is short enough to be sent as a sheet at once."""
    source = find(name, principal)
    args = source.read_args({**given, "cursor": "", "format": ""})
    rows = _counted(source, args, PDF_ROWS if format == "pdf" else XLSX_ROWS)
    if format == "xlsx" and rows <= AT_ONCE:
        return None
    return _kept(source, format, given, args, principal, is_announced=rows > AT_ONCE)


def _counted(source: Source, args: dict[str, Any], most: int) -> int:
    source.listing.check_sort(args["sort"])
    rows = count_up_to(source.query(args), most)
    db.session.rollback()
    if rows > most:
        raise BadForm(f"Paling banyak {most:_} baris sekali unduh.".replace("_", ".") + " Persempit saringan dahulu.")
    return rows


def _kept(
    source: Source,
    format: str,
    given: dict[str, Any],
    args: dict[str, Any],
    principal: Principal,
    *,
    is_announced: bool,
) -> Export:
    known = {name: value for name, value in asdict(principal).items() if name in WHO}
    export = Export(
        owner_id=principal.id,
        person={**known, "roles": sorted(principal.roles)},
        list=source.name,
        heading=source.listing.heading or source.name,
        format=format,
        asked=given,
        words=words(source.listing, args),
        is_announced=is_announced,
        expires_at=now() + KEPT,
    )
    with atomic():
        waiting = sa.select(sa.func.count()).select_from(Export).filter_by(owner_id=principal.id, status="waiting")
        if (db.session.scalar(waiting) or 0) >= OPEN_AT_MOST:
            raise TooMany(f"Masih ada {OPEN_AT_MOST} berkas yang sedang disiapkan untuk Anda. Tunggu sampai selesai.")
        db.session.add(export)
    return export


def list_own(principal: Principal) -> list[Export]:
    query = sa.select(Export).filter_by(owner_id=principal.id).where(Export.expires_at > now())
    return list(db.session.scalars(query.order_by(Export.created_at.desc(), Export.id.desc()).limit(50)))


def get(export_id: uuid.UUID, principal: Principal) -> Export:
    export = db.session.get(Export, export_id)
    if export is None or export.owner_id != principal.id or principal.kind != "user":
        raise NotFound()
    if export.expires_at <= now():
        raise Gone("Berkas ini sudah kedaluwarsa. Minta lagi dari daftarnya.")
    return export


def content(export: Export) -> bytes:
    file = db.session.get(File, export.id)
    if file is None:
        raise NotFound("Berkas ini belum siap.")
    return file.content


def printable(export_id: uuid.UUID) -> dict[str, Any]:
    """What svc-documents prints of a finished PDF export; example: contracts/calls/lists.content.json."""
    export = db.session.get(Export, export_id)
    if export is None or export.status != "finished" or export.format != "pdf" or export.expires_at <= now():
        raise NotFound()
    source = find(export.list, export.principal)
    pieces = db.session.scalars(sa.select(Piece).filter_by(export_id=export.id).order_by(Piece.n))
    return {
        "heading": export.heading,
        "words": export.words,
        "columns": [column.heading for column in source.listing.chosen(export.asked.get("columns", ""))],
        "rows": [row for piece in pieces for row in piece.rows],
        "asked_by": export.person["name"],
        "asked_at": export.created_at,
    }


def present(export: Export) -> dict[str, Any]:
    service = current_app.extensions["chassis"].name
    href = f"/api/v1/{service}/exports/{export.id}"
    links = {"self": href}
    if export.status == "finished":
        printed = f"/api/v1/documents/lists/{export.id}?grant={grant(export.id, export.owner_id)}"
        links["file"] = printed if export.format == "pdf" else f"{href}/file"
    return {
        "id": str(export.id),
        "list": export.list,
        "heading": export.heading,
        "words": export.words,
        "format": export.format,
        "status": {"code": export.status, "label": LABELS[export.status]},
        "rows": export.rows,
        "size": export.size,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
        "expires_at": export.expires_at,
        "links": links,
    }
