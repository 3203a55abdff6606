"""Dead letters over HTTP, for the administrators of every service."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import current_app, g
from marshmallow import validate

from chassis.auth import requires
from chassis.db import atomic, db
from chassis.events import dead_letters
from chassis.events.dead_letters import DISCARDED, OPEN, REPLAYED, CannotResolve, DeadLetter
from chassis.events.envelope import BadEnvelope, parse
from chassis.events.inbox import Inbox
from chassis.lists import NO_NUL, ListArgs, Listing
from chassis.problems import NotFound, Refused
from chassis.web import Blueprint

ADMINS = ("super_admin", "admin")
LONGEST_BODY = 20_000
STATES = {OPEN: "Menunggu keputusan", REPLAYED: "Diulang", DISCARDED: "Dibuang"}
HANDLED = {"pending": "Sedang menunggu giliran", "done": "Berhasil ditangani", "dead": "Gagal lagi"}
SAYS_SOMETHING = validate.Regexp(r"[^\x00]*[^\x00\s][^\x00]*\Z", error="Wajib diisi.")
LISTING = Listing(
    model=DeadLetter,
    sorts={"died_at": DeadLetter.died_at},
    default_sort="-died_at",
    search=(DeadLetter.type, DeadLetter.reason, DeadLetter.partition_key),
    filters={"type": DeadLetter.type},
    dated=DeadLetter.died_at,
)

bp = Blueprint("dead_letters", __name__, description="Peristiwa yang gagal ditangani")


class DeadLetterArgs(ListArgs):
    state = ma.fields.String(load_default=OPEN, validate=validate.OneOf([*STATES, "all"]))
    type = ma.fields.String(load_default="", validate=[validate.Length(max=200), NO_NUL])


class ReplayDeadLetter(ma.Schema):
    reason = ma.fields.String(load_default="", validate=[validate.Length(max=500), NO_NUL])


class DiscardDeadLetter(ma.Schema):
    reason = ma.fields.String(required=True, validate=[validate.Length(max=500), SAYS_SOMETHING])


@bp.get("/dead-letters")
@bp.arguments(DeadLetterArgs, location="query")
@bp.response(200)
@requires(*ADMINS)
def list_dead_letters(args: dict[str, Any]) -> Any:
    """Pesan gagal"""
    query = sa.select(DeadLetter)
    if args["state"] == OPEN:
        query = query.where(DeadLetter.resolution.is_(None))
    elif args["state"] != "all":
        query = query.where(DeadLetter.resolution == args["state"])
    return LISTING.answer(query, {**args, "format": "json"}, lambda rows: [_present(row) for row in rows])


@bp.get("/dead-letters/<uuid:letter_id>")
@bp.response(200)
@requires(*ADMINS)
def show_dead_letter(letter_id: uuid.UUID) -> Any:
    """Satu pesan gagal: isi dan jejak kesalahannya"""
    return _detail(_get(letter_id))


@bp.post("/dead-letters/<uuid:letter_id>/replay")
@bp.arguments(ReplayDeadLetter)
@bp.response(200)
@requires(*ADMINS)
@atomic
def replay_dead_letter(form: dict[str, Any], letter_id: uuid.UUID) -> Any:
    """Ulangi: tangani peristiwa ini sekali lagi"""
    return _resolve(letter_id, REPLAYED, form["reason"].strip())


@bp.post("/dead-letters/<uuid:letter_id>/discard")
@bp.arguments(DiscardDeadLetter)
@bp.response(200)
@requires(*ADMINS)
@atomic
def discard_dead_letter(form: dict[str, Any], letter_id: uuid.UUID) -> Any:
    """Buang: biarkan peristiwa ini tidak ditangani"""
    return _resolve(letter_id, DISCARDED, form["reason"].strip())


def _resolve(letter_id: uuid.UUID, resolution: str, why: str) -> Any:
    """Asked for the same once more, it answers how things stand and does nothing."""
    act = dead_letters.replay if resolution == REPLAYED else dead_letters.discard
    letter = dead_letters.lock(_get(letter_id).id)
    if letter.resolution != resolution:
        try:
            act(letter_id, by=g.principal.id, by_name=g.principal.name, why=why)
        except CannotResolve as error:
            raise Refused(_refusal(letter)) from error
    return _detail(letter)


def _refusal(letter: DeadLetter) -> str:
    if letter.resolution:
        return (
            f"Pesan ini sudah {STATES[letter.resolution].lower()} oleh {letter.resolved_by_name or letter.resolved_by}."
        )
    return "Isinya bukan peristiwa yang dapat dibaca, jadi tidak dapat diulang. Buang saja dengan alasan."


def _get(letter_id: uuid.UUID) -> DeadLetter:
    letter = db.session.get(DeadLetter, letter_id)
    if letter is None:
        raise NotFound("Pesan gagal ini tidak ada.")
    return letter


def _present(letter: DeadLetter) -> dict[str, Any]:
    state = letter.resolution or OPEN
    href = f"/api/v1/{current_app.extensions['chassis'].name}/dead-letters/{letter.id}"
    return {
        "id": str(letter.id),
        "event_id": letter.event_id,
        "type": letter.type,
        "source": letter.source,
        "partition_key": letter.partition_key,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "first_at": letter.first_at,
        "last_at": letter.died_at,
        "status": {"code": state, "label": STATES[state]},
        "resolved": _resolved(letter),
        "links": {"self": href, "replay": f"{href}/replay", "discard": f"{href}/discard"},
    }


def _resolved(letter: DeadLetter) -> dict[str, Any] | None:
    if letter.resolution is None:
        return None
    return {
        "by": {"id": letter.resolved_by, "name": letter.resolved_by_name or ""},
        "at": letter.resolved_at,
        "reason": letter.resolved_why,
    }


def _detail(letter: DeadLetter) -> dict[str, Any]:
    try:
        payload: dict[str, Any] | None = parse(letter.body.encode()).to_dict()
    except BadEnvelope:
        payload = None
    handled = (
        db.session.scalar(sa.select(Inbox.status).filter_by(event_id=letter.event_id)) if letter.event_id else None
    )
    return {
        **_present(letter),
        "payload": payload,
        "body": letter.body[:LONGEST_BODY],
        "stack": letter.stack,
        "can_replay": letter.resolution is None and payload is not None,
        "handling": {"code": handled, "label": HANDLED[handled]} if handled and letter.resolution else None,
        "others": [str(other) for other in _others(letter)],
    }


def _others(letter: DeadLetter) -> list[uuid.UUID]:
    """The same event's other letters: it was replayed and failed again, or is a repetition."""
    if letter.event_id is None:
        return []
    same = sa.select(DeadLetter.id).where(DeadLetter.event_id == letter.event_id, DeadLetter.id != letter.id)
    return list(db.session.scalars(same.order_by(DeadLetter.died_at)))
