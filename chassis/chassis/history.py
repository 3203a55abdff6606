"""Append-only, hash-chained history: who, when, from where, what changed, and why; one chain per root thing.

h(n) = SHA-256(h(n-1) + RFC 8785 JSON of the row). What may name a person (note, form, changes, name, address) enters the
chain only as a salted digest, so it can be erased later without breaking the chain (UU 27/2022).
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import rfc8785
import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import Principal
from chassis.db import JSONType, Model, UTCDateTime, concerns, db, dumps, new_id, now
from chassis.telemetry import request_id, trace

GENESIS = "0" * 64


class History(Model):
    __tablename__ = "history"
    __table_args__ = (sa.UniqueConstraint("root_id", "seq"),)

    root_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid())
    seq: Mapped[int]
    thing: Mapped[str] = mapped_column(sa.String(60))
    thing_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), index=True)
    transition: Mapped[str] = mapped_column(sa.String(60))
    from_status: Mapped[str | None] = mapped_column(sa.String(40))
    to_status: Mapped[str | None] = mapped_column(sa.String(40))
    version: Mapped[int]
    workflow_version: Mapped[str] = mapped_column(sa.String(16))
    actor_id: Mapped[str] = mapped_column(sa.String(64))
    actor_roles: Mapped[str] = mapped_column(sa.String(300))
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(64))
    request_id: Mapped[str] = mapped_column(sa.String(64))
    cause_id: Mapped[str | None] = mapped_column(sa.String(100))
    traceparent: Mapped[str | None] = mapped_column(sa.String(100))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    private: Mapped[dict[str, Any] | None] = mapped_column(JSONType())
    private_digest: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


CHAINED = (
    "id root_id seq thing thing_id transition from_status to_status version workflow_version actor_id actor_roles "
    "on_behalf_of request_id at private_digest"
).split()
LATER = ("cause_id", "traceparent")  # columns that came when chains were there already: chained where they have a value


def record(
    root_id: uuid.UUID,
    thing: str,
    thing_id: uuid.UUID,
    transition: str,
    actor: Principal,
    *,
    from_status: str | None = None,
    to_status: str | None = None,
    version: int = 0,
    workflow_version: str = "",
    on_behalf_of: str | None = None,
    note: str = "",
    form: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> History:
    """Append one row to the chain of `root_id`. The caller holds the lock on the root."""
    concerns(root_id)
    last = db.session.execute(
        sa.select(History.seq, History.hash).filter_by(root_id=root_id).order_by(History.seq.desc()).limit(1)
    ).first()
    private = {
        "salt": secrets.token_hex(16),
        "actor_name": actor.name,
        "ip": actor.ip,
        "note": note,
        "form": form or {},
        "changes": changes or {},
    }
    text = dumps(private)
    row = History(
        id=new_id(),
        root_id=root_id,
        seq=last.seq + 1 if last else 1,
        thing=thing,
        thing_id=thing_id,
        transition=transition,
        from_status=from_status,
        to_status=to_status,
        version=version,
        workflow_version=workflow_version,
        actor_id=actor.id,
        actor_roles=" ".join(sorted(actor.roles)),
        on_behalf_of=on_behalf_of,
        request_id=actor.request_id or request_id(),
        cause_id=g.get("cause_id"),
        traceparent=trace(),
        at=now(),
        private=private,
        private_digest=hashlib.sha256(text.encode()).hexdigest(),
        previous_hash=last.hash if last else GENESIS,
    )
    row.hash = link(row)
    db.session.add(row)
    db.session.flush()
    return row


def link(row: History) -> str:
    """The hash that `row` must carry, given its predecessor's."""
    facts = {name: as_text(getattr(row, name)) for name in CHAINED}
    facts |= {name: value for name in LATER if (value := getattr(row, name)) is not None}
    return hashlib.sha256(row.previous_hash.encode() + rfc8785.dumps(facts)).hexdigest()


def as_text(value: Any) -> Any:
    """A column's value as it enters the chain and an export."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def of(root_id: uuid.UUID, thing_id: uuid.UUID | None = None) -> list[History]:
    query = sa.select(History).filter_by(root_id=root_id).order_by(History.seq)
    if thing_id is not None:
        query = query.filter_by(thing_id=thing_id)
    return list(db.session.scalars(query))


def verify(root_id: uuid.UUID) -> list[str]:
    """Every fault in the chain of `root_id`, in words; an empty list when it is whole."""
    faults: list[str] = []
    previous, expected = GENESIS, 1
    for row in of(root_id):
        if row.seq != expected:
            faults.append(f"row {expected} is missing")
        if row.previous_hash != previous or row.hash != link(row):
            faults.append(f"row {row.seq} was changed")
        if row.private is not None and hashlib.sha256(dumps(row.private).encode()).hexdigest() != row.private_digest:
            faults.append(f"the private part of row {row.seq} was changed")
        previous, expected = row.hash, row.seq + 1
    return faults


def present(
    row: History, *, names: bool | Collection[str] = True, people: Callable[[str], str] = lambda person: ""
) -> dict[str, Any]:
    """`names`: may the caller read who did it. A collection: the roles whose people this caller must not learn of, so what
    changed stays closed too, as the values may name them. `people`: the name that stands for a changed id, or ""."""
    private = row.private or {}
    is_named = names if isinstance(names, bool) else not set(names) & set(row.actor_roles.split())
    return {
        "id": str(row.id),
        "seq": row.seq,
        "thing": row.thing,
        "thing_id": str(row.thing_id),
        "transition": row.transition,
        "from": row.from_status,
        "to": row.to_status,
        "at": row.at.isoformat(),
        "actor": {
            "id": row.actor_id,
            "name": private.get("actor_name", "") if is_named else "",
            "roles": row.actor_roles.split(),
        },
        "on_behalf_of": row.on_behalf_of,
        "note": private.get("note", ""),
        "changes": _named(private.get("changes", {}), people) if isinstance(names, bool) else {},
        "request_id": row.request_id,
    }


def _named(changes: dict[str, list[Any]], people: Callable[[str], str]) -> dict[str, list[Any]]:
    return {
        column: [people(value) or value if isinstance(value, str) else value for value in pair]
        for column, pair in changes.items()
    }
