from __future__ import annotations

import threading
import uuid
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import g, request

from chassis.auth import Principal, any_service, internal, public, requires, signed_in
from chassis.db import atomic, db
from chassis.exports import Source
from chassis.lists import Column, ListArgs, Listing, Word
from chassis.problems import NotFound
from chassis.web import Blueprint, represent
from tests.core.library.models import Copy, Entry, Loan
from tests.core.library.workflow import COPY, LOAN

bp = Blueprint("library", __name__)
desk = Blueprint("desk", __name__, internal=True)

ENTRIES = Listing(
    model=Entry,
    sorts={"word": Entry.word, "number": Entry.number, "day": Entry.day, "at": Entry.at},
    default_sort="number",
    search=(Entry.word,),
    filters={"number": Entry.number},
    dated=Entry.at,
    columns=(
        Column("Kata", lambda entry: entry.word),
        Column("Angka", lambda entry: entry.number),
        Column("Hari", lambda entry: entry.day),
        Column("Waktu", lambda entry: entry.at),
        Column("Jumlah", lambda entry: entry.amount),
        Column("Kode", lambda entry: entry.id),
    ),
    heading="Kata-kata",
    words={"number": Word("Angka")},
)


WHOLE = Source(name="entries", listing=ENTRIES, select=lambda args: sa.select(Entry))


class Gate:
    """Holds a request inside its transaction until a test opens it."""

    entered, opened = threading.Event(), threading.Event()

    @classmethod
    def shut(cls) -> None:
        cls.entered.clear()
        cls.opened.clear()


class EntryArgs(ma.Schema):
    word = ma.fields.String(required=True)
    parts = ma.fields.List(ma.fields.Nested(ma.Schema.from_dict({"page": ma.fields.Integer(required=True)})))


def load(model: Any) -> Any:
    def find(key: uuid.UUID, principal: Principal) -> Any:
        found = db.session.get(model, key)
        if found is None:
            raise NotFound()
        return found

    return find


def several(model: Any) -> Any:
    def find(keys: list[uuid.UUID], principal: Principal) -> Any:
        return list(db.session.scalars(sa.select(model).where(model.id.in_(keys))))

    return find


def dump(thing: Any, principal: Principal) -> dict[str, Any]:
    return {"id": thing.id, "status": thing.status, "version": thing.version}


bp.actions(LOAN, load=load(Loan), dump=dump, several=several(Loan))
bp.actions(COPY, load=load(Copy), dump=dump)


@bp.get("/open")
@bp.response(200)
@public
def read_open() -> Any:
    return {"caller": g.principal.id}


@bp.get("/mine")
@bp.response(200)
@signed_in
def read_mine() -> Any:
    return {"caller": g.principal.id}


@bp.get("/clerks")
@bp.response(200)
@requires("clerk", "head")
def read_clerks() -> Any:
    return {"caller": g.principal.id}


@desk.get("/desk")
@desk.response(200)
@internal("svc-catalogue")
def read_desk() -> Any:
    return {"caller": g.principal.id}


@desk.get("/shelves")
@desk.response(200)
@any_service
def read_shelves() -> Any:
    return {"caller": g.principal.id}


@bp.get("/entries")
@bp.arguments(ListArgs, location="query")
@bp.response(200)
@public
def list_entries(args: dict[str, Any]) -> Any:
    return ENTRIES.answer(sa.select(Entry), args, lambda rows: [row.word for row in rows])


@bp.post("/entries")
@bp.arguments(EntryArgs)
@bp.response(201)
@public
@atomic
def add_entry(args: dict[str, Any]) -> Any:
    """What becomes of it is said by its word."""
    entry = Entry(word=args["word"])
    db.session.add(entry)
    db.session.flush()
    match args["word"]:
        case "wait":
            Gate.entered.set()
            Gate.opened.wait(20)
        case "crash":
            raise RuntimeError("the shelf fell over")
        case "busy":
            return {"id": str(entry.id)}, 503
    return represent({"id": entry.id, "version": 1}, 201)


@bp.get("/crash")
@bp.response(200)
@public
def crash() -> Any:
    raise RuntimeError(f"secret of {request.path}")
