"""Exports are carried on piece by piece: a killed process loses the piece it was reading and nothing else."""

from __future__ import annotations

import time
import uuid

import sqlalchemy as sa
import structlog
from flask import current_app, g

from chassis import sheets
from chassis.auth import SYSTEM
from chassis.db import atomic, db, lock, now
from chassis.events import emit
from chassis.exports import cells
from chassis.exports.models import Export, File, Piece
from chassis.exports.rules import PDF_ROWS, XLSX_ROWS
from chassis.exports.sources import find, packed
from chassis.schedule import every

PIECE_ROWS = 200
TURN_SECONDS = 5.0
MOST_ATTEMPTS = 5

log = structlog.get_logger("exports")


@every(seconds=2)
def work() -> None:
    """Go on with what is waiting for a while, then let other due work have its turn."""
    until = time.monotonic() + TURN_SECONDS
    waiting = list(db.session.scalars(sa.select(Export.id).filter_by(status="waiting").order_by(Export.created_at)))
    db.session.rollback()
    for export_id in waiting:
        while time.monotonic() < until and step(export_id):
            pass


@every(seconds=3600)
def drop_expired() -> None:
    old = sa.select(Export.id).where(Export.expires_at <= now())
    with atomic():
        for part in (Piece, File):
            db.session.execute(sa.delete(part).where(part.export_id.in_(old)))
        db.session.execute(sa.delete(Export).where(Export.expires_at <= now()))


def carry_through(export_id: uuid.UUID) -> None:
    while step(export_id):
        pass


def step(export_id: uuid.UUID) -> bool:
    """Read one more piece, or make the file when all are read. False: there is nothing more to do now."""
    if not _tried(export_id):
        return False
    try:
        export = db.session.get_one(Export, export_id)
        return _finish(export) if export.is_read else _read_piece(export)
    except Exception:
        db.session.rollback()
        log.exception("export failed", export=str(export_id))
        return False


def _tried(export_id: uuid.UUID) -> bool:
    """Count the attempt before it is made, so that what kills its process is given up as well."""
    with atomic():
        export = db.session.get(Export, export_id)
        if export is None or lock(export).status != "waiting":
            return False
        export.attempts += 1
        if export.attempts > MOST_ATTEMPTS:
            _close(export, "failed")
        return export.status == "waiting"


def _read_piece(export: Export) -> bool:
    caller = g.get("principal")
    g.principal = export.principal
    try:
        source = find(export.list, export.principal)
        args = source.read_args({**export.asked, "format": "", "cursor": export.cursor})
        rows, cursor = source.listing.page(source.query(args), {**args, "limit": PIECE_ROWS})
        columns = source.listing.chosen(export.asked.get("columns", ""))
        piece = Piece(export_id=export.id, n=export.pieces, rows=list(packed(columns, rows)))
    finally:
        g.principal = caller
    _keep(piece, cursor)
    return True


def _keep(piece: Piece, cursor: str | None) -> None:
    with atomic():
        export = lock(db.session.get_one(Export, piece.export_id))
        if export.status != "waiting" or export.pieces != piece.n:
            return  # another process was faster
        db.session.add(piece)
        most = PDF_ROWS if export.format == "pdf" else XLSX_ROWS
        export.pieces, export.rows, export.attempts = export.pieces + 1, export.rows + len(piece.rows), 0
        export.cursor, export.is_read = cursor or "", cursor is None or export.rows >= most


def _finish(export: Export) -> bool:
    content = None if export.format == "pdf" else _workbook(export)
    with atomic():
        if lock(export).status != "waiting":
            return False
        if content is not None:
            db.session.add(File(export_id=export.id, content=content))
            db.session.execute(sa.delete(Piece).where(Piece.export_id == export.id))
            export.size = len(content)
        _close(export, "finished")
    return False


def _workbook(export: Export) -> bytes:
    columns = find(export.list, export.principal).listing.chosen(export.asked.get("columns", ""))
    pieces = (
        db.session.scalar(sa.select(Piece.rows).filter_by(export_id=export.id, n=n)) for n in range(export.pieces)
    )
    rows = ([cells.unpack(value) for value in row] for piece in pieces for row in piece or ())
    return sheets.write_list([column.heading for column in columns], rows)


def _close(export: Export, status: str) -> None:
    """Once only: whoever closes it holds its lock and has seen it waiting."""
    export.status, export.finished_at = status, now()
    if not export.is_announced:
        return
    service = current_app.extensions["chassis"].name
    facts = {"export_id": str(export.id), "user_id": export.owner_id, "service": service, "status": status}
    about = {"list": export.heading, "rows": export.rows, "format": export.format}
    emit(
        f"{service}.export.closed",
        {**facts, **about, "expires_at": export.expires_at.isoformat()},
        partition_key=str(export.id),
        subject=str(export.id),
        actor=SYSTEM.id,
    )
