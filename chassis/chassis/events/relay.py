"""Outbox → bus: in order per partition key, marked only after the bus has confirmed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from chassis import spans
from chassis.db import atomic, db, now
from chassis.events.envelope import Event
from chassis.events.faults import kill_point
from chassis.events.leader import Leader
from chassis.events.outbox import Outbox, source
from chassis.events.transports import BEHIND, Transport
from chassis.events.wake import wake_on

BATCH = 500
LONGEST_WAIT = 60.0

log = structlog.get_logger("relay")


def publish_batch(transport: Transport, limit: int = BATCH) -> int:
    """Publish what waits, oldest first; returns how many were confirmed.

    An event the bus refuses holds back only its own partition key. Dying between publish and mark means the
    same events are published again, in the same order: the receivers' inboxes know them.
    """
    rows = list(db.session.scalars(_waiting(limit)))
    events = [row.to_event(source()) for row in rows]
    seqs = {event.id: row.seq for event, row in zip(events, rows, strict=True)}
    db.session.rollback()  # no transaction is open while we speak to the bus
    if not events:
        return 0
    kill_point("relay.before_publish")
    began = time.perf_counter()
    refused = transport.publish(events)
    _tell([event for event in events if event.id not in refused], time.perf_counter() - began)
    kill_point("relay.after_publish")
    _mark(seq for name, seq in seqs.items() if name not in refused)
    _postpone({seqs[name]: why for name, why in refused.items() if why != BEHIND})
    return len(events) - len(refused)


def _tell(published: list[Event], seconds: float) -> None:
    for event in published if spans.is_told() else ():
        own = spans.child(event.traceparent)
        facts: dict[str, Any] = {"event.id": event.id, "request.id": event.correlation_id}
        spans.tell(f"publish {event.type}", spans.PRODUCER, own=own, parent=event.traceparent, seconds=seconds, **facts)


def _waiting(limit: int) -> sa.Select[Outbox]:
    unpublished = Outbox.published_at.is_(None)
    held = sa.select(Outbox.partition_key).where(unpublished, Outbox.next_attempt_at > now())
    return sa.select(Outbox).where(unpublished, Outbox.partition_key.not_in(held)).order_by(Outbox.seq).limit(limit)


@atomic
def _mark(seqs: Iterable[int]) -> None:
    """Stamp `feed_seq` without gaps. Rows that another relay has stamped meanwhile stay as they are."""
    mine = sa.select(Outbox).where(Outbox.seq.in_(list(seqs)), Outbox.published_at.is_(None))
    rows = list(db.session.scalars(mine.order_by(Outbox.seq).with_for_update()))
    last = db.session.scalar(sa.select(sa.func.max(Outbox.feed_seq))) or 0
    at = now()
    for number, row in enumerate(rows, start=last + 1):
        row.feed_seq, row.published_at, row.last_error = number, at, None


@atomic
def _postpone(refused: dict[int, str]) -> None:
    for row in db.session.scalars(sa.select(Outbox).where(Outbox.seq.in_(refused))):
        row.attempts += 1
        row.last_error = refused[row.seq]
        row.next_attempt_at = now() + timedelta(seconds=min(LONGEST_WAIT, 0.5 * 2**row.attempts))
        log.warning("refused", event_id=str(row.event_id), type=row.type, why=row.last_error, attempts=row.attempts)


def run(app: Flask, transport: Transport, stop: threading.Event) -> None:
    """Relay until told to stop; while another relay leads, stand by."""
    with app.app_context():
        engine = db.engine
    leader, wake = Leader(engine, "relay"), wake_on(engine, "outbox")
    try:
        while not stop.is_set():
            if not leader.hold():
                stop.wait(1)
                continue
            with app.app_context():
                confirmed = publish_batch(transport)
            if not confirmed:
                wake.wait(1, stop)
    finally:
        leader.release()
        wake.close()
