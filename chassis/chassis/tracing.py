"""What this service knows of one order, in one shape: HTTP acts, history, events said and heard, and what the service adds.

`cause` is the id of the entry that brought this one about: an event that was handled, or a job. `request_id` is the same
along the whole chain, from the person's request through every service's handlers and jobs.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import current_app

from chassis.acts import HttpAct
from chassis.auth import requires
from chassis.db import db
from chassis.events.dead_letters import DeadLetter
from chassis.events.envelope import parse
from chassis.events.inbox import Inbox
from chassis.events.outbox import Outbox
from chassis.events.registry import matching
from chassis.history import History
from chassis.spans import child, trace_id
from chassis.telemetry import begin_work, trace
from chassis.web import Blueprint
from chassis.workflow.engine import service_flows

MOST = 2000

bp = Blueprint("tracing", __name__, description="Jejak satu order")


@dataclass
class Entry:
    """`kind`: http, history, event_out, event_in, message, document, job."""

    at: datetime
    kind: str
    what: str
    id: str
    request_id: str = ""
    trace: str = ""
    cause: str | None = None
    actor: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    status: str = ""
    details: dict[str, Any] = field(default_factory=dict)


Source = Callable[[uuid.UUID], Iterable[Entry]]


class TraceArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    order_id = ma.fields.UUID(required=True)


@bp.get("/trace")
@bp.arguments(TraceArgs, location="query")
@bp.response(200)
@requires("super_admin", "admin")
def trace_order(args: dict[str, Any]) -> Any:
    """Semua yang dicatat layanan ini tentang satu order, menurut waktu"""
    entries = of(args["order_id"])
    return {
        "service": current_app.extensions["chassis"].name,
        "order_id": str(args["order_id"]),
        "items": [asdict(entry) for entry in entries[:MOST]],
        "is_complete": len(entries) <= MOST,
    }


def of(order_id: uuid.UUID) -> list[Entry]:
    roots = _roots(order_id)
    heard = list(_heard(order_id))
    entries = [*_http(roots), *_history(roots), *_said(order_id), *heard]
    for source in current_app.extensions["chassis"].traces:
        entries += source(order_id)
    _inherit(entries, {entry.id: entry for entry in heard})
    return sorted(entries, key=lambda entry: (entry.at, entry.kind))


def resume(root_id: uuid.UUID) -> None:
    """A job goes on with the request that brought its thing about, whoever has enqueued it."""
    first = db.session.scalar(sa.select(History).filter_by(root_id=root_id, seq=1))
    if first is not None:
        is_same = trace_id(first.traceparent) == trace_id(trace())
        own = trace() if is_same else child(first.traceparent or "")
        begin_work(request_id=first.request_id, traceparent=own, cause_id=str(root_id))


def _roots(order_id: uuid.UUID) -> list[uuid.UUID]:
    """The order itself, and the roots here that belong to it."""
    models = {flow.model for flow in service_flows().values() if hasattr(flow.model, "order_id")}
    found = [db.session.scalars(sa.select(model.id).where(model.order_id == order_id)) for model in models]  # type: ignore[attr-defined]
    return [order_id, *(id for ids in found for id in ids)]


def _inherit(entries: list[Entry], heard: dict[str, Entry]) -> None:
    """What an event brought about belongs to the event's request and trace."""
    for entry in entries:
        cause = heard.get(entry.cause or "")
        if cause is not None:
            entry.request_id = entry.request_id or cause.request_id
            entry.trace = entry.trace or cause.trace


def _http(roots: list[uuid.UUID]) -> Iterator[Entry]:
    query = sa.select(HttpAct).where(HttpAct.about.in_([str(root) for root in roots])).order_by(HttpAct.at.desc())
    seen = set()
    for row in db.session.scalars(query.limit(MOST)):
        if row.id not in seen:
            seen.add(row.id)
            yield Entry(
                at=row.at,
                kind="http",
                what=f"{row.method} {row.path}",
                id=str(row.id),
                request_id=row.request_id,
                trace=trace_id(row.traceparent),
                actor={"id": row.actor_id, "name": "", "roles": row.actor_roles.split()},
                attempts=1,
                status=str(row.status),
                details={"ms": row.ms},
            )


def _history(roots: list[uuid.UUID]) -> Iterator[Entry]:
    query = sa.select(History).where(History.root_id.in_(roots)).order_by(History.at.desc())
    for row in db.session.scalars(query.limit(MOST)):
        private = row.private or {}
        yield Entry(
            at=row.at,
            kind="history",
            what=f"{row.thing} {row.transition}",
            id=str(row.id),
            request_id=row.request_id,
            trace=trace_id(row.traceparent),
            cause=row.cause_id,
            actor={"id": row.actor_id, "name": private.get("actor_name", ""), "roles": row.actor_roles.split()},
            status=row.to_status or "",
            details={
                "thing": row.thing,
                "thing_id": str(row.thing_id),
                "transition": row.transition,
                "from": row.from_status,
                "to": row.to_status,
                "note": private.get("note", ""),
                "seq": row.seq,
            },
        )


def _said(order_id: uuid.UUID) -> Iterator[Entry]:
    query = sa.select(Outbox).filter_by(partition_key=str(order_id)).order_by(Outbox.seq.desc())
    for row in db.session.scalars(query.limit(MOST)):
        yield Entry(
            at=row.occurred_at,
            kind="event_out",
            what=row.type,
            id=str(row.event_id),
            request_id=row.correlation_id,
            trace=trace_id(row.traceparent),
            cause=row.cause_id,
            actor={"id": row.actor, "name": "", "roles": []},
            attempts=row.attempts + (row.published_at is not None),
            status="published" if row.published_at else "waiting",
            details={
                "published_at": row.published_at,
                "ms": _ms(row.occurred_at, row.published_at),
                "feed_seq": row.feed_seq,
                "subject": row.subject,
                "audience": row.audience,
                "error": row.last_error,
            },
        )


def _heard(order_id: uuid.UUID) -> Iterator[Entry]:
    letters = _letters(order_id)
    query = sa.select(Inbox).filter_by(partition_key=str(order_id)).order_by(Inbox.seq.desc())
    for row in db.session.scalars(query.limit(MOST)):
        event = parse(row.body.encode())
        yield Entry(
            at=row.received_at,
            kind="event_in",
            what=row.type,
            id=row.event_id,
            request_id=event.correlation_id,
            trace=trace_id(event.traceparent),
            actor={"id": event.actor, "name": "", "roles": []},
            attempts=row.attempts,
            status=row.status,
            details={
                "source": row.source,
                "occurred_at": row.occurred_at,
                "done_at": row.done_at,
                "ms": _ms(row.received_at, row.done_at),
                "handlers": [one.handler.__name__ for one in matching(row.type)],
                "error": row.last_error,
                "dead_letter_id": letters.get(row.event_id),
            },
        )


def _letters(order_id: uuid.UUID) -> dict[str | None, str]:
    dead = sa.select(Inbox.event_id).filter_by(partition_key=str(order_id), status="dead")
    query = sa.select(DeadLetter.event_id, DeadLetter.id).where(DeadLetter.event_id.in_(dead))
    return {event_id: str(id) for event_id, id in db.session.execute(query.order_by(DeadLetter.died_at))}


def _ms(since: datetime, until: datetime | None) -> int | None:
    return round((until - since).total_seconds() * 1000) if until else None
