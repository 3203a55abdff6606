"""Inbox → handlers: effect, own events and "done" in one transaction; any number of workers."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import ParamSpec, TypeVar

import sqlalchemy as sa
import structlog
from flask import Flask, g
from marshmallow import ValidationError
from sqlalchemy.orm import aliased

from chassis import spans
from chassis.auth import SYSTEM
from chassis.db import UTCDateTime, atomic, db, now
from chassis.events.dead_letters import DeadLetter
from chassis.events.envelope import parse
from chassis.events.faults import kill_point
from chassis.events.inbox import DEAD, DONE, PENDING, Inbox
from chassis.events.registry import matching, registry
from chassis.events.subscriptions import Hopeless, TooEarly
from chassis.events.wake import wake_on
from chassis.telemetry import begin_work

LONGEST_WAIT = 300.0
LONGEST_EARLY_WAIT = 60.0

log = structlog.get_logger("work")

P = ParamSpec("P")
R = TypeVar("R")


def is_anything_due() -> bool:
    """A look without a lock."""
    due = db.session.scalar(DUE, {"at": now()}) is not None
    db.session.rollback()
    return due


def claim() -> int | None:
    """Choose the next event that may run and count the attempt before it runs: so a handler that kills its process is noticed."""
    if db.engine.dialect.name == "sqlite" and not is_anything_due():
        return None  # there a transaction is a lock that others wait for
    with atomic():
        return _claim()


def _claim() -> int | None:
    while (row := db.session.scalar(NEXT, {"at": now()})) is not None:
        if row.attempts < registry().attempts:
            row.attempts += 1
            row.claimed_until = now() + _pause(row.attempts)
            return row.seq
        _bury(row, "the process died while handling it", "")
        db.session.flush()
    return None


def _heads() -> sa.Select[Inbox]:
    """The heads of all lanes that are not waiting. An event that waits holds back its own lane, nothing else."""
    ahead = aliased(Inbox)
    at = sa.bindparam("at", type_=UTCDateTime())
    place = sa.tuple_(Inbox.sequence, Inbox.occurred_at, Inbox.seq)
    is_behind = sa.exists().where(
        ahead.partition_key == Inbox.partition_key,
        ahead.source == Inbox.source,
        ahead.status == PENDING,
        sa.tuple_(ahead.sequence, ahead.occurred_at, ahead.seq) < place,
    )
    return (
        sa.select(Inbox)
        .where(
            Inbox.status == PENDING,
            sa.or_(Inbox.next_attempt_at.is_(None), Inbox.next_attempt_at <= at),
            sa.or_(Inbox.claimed_until.is_(None), Inbox.claimed_until <= at),
            ~is_behind,
        )
        .order_by(Inbox.seq)
    )


DUE = _heads().limit(1)
NEXT = DUE.with_for_update(skip_locked=True)


def handle(seq: int) -> int | None:
    """Run one claimed event and claim the next in the same transaction; returns the next."""
    try:
        with atomic():
            row = _take(seq)
            if row is not None:
                _run(row)
                kill_point("handler.before_commit")
                _finish(row)
            return _claim()
    except Exception as failure:
        with atomic():
            _record(seq, failure)
            return _claim()


def _take(seq: int) -> Inbox | None:
    """Lock the event's partition key, so that no two workers are ever inside one; then the event itself."""
    row = db.session.get(Inbox, seq)
    if row is not None and db.engine.dialect.name == "postgresql":
        db.session.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": row.partition_key}
        )
        db.session.refresh(row, with_for_update=True)
    return row if row is not None and row.status == PENDING else None


def _run(row: Inbox) -> None:
    event = parse(row.body.encode())
    facts = {"event.id": event.id, "request.id": event.correlation_id, "attempt": row.attempts}
    with spans.span(f"handle {event.type}", spans.CONSUMER, event.traceparent, **facts) as own:
        g.event = event
        begin_work(
            request_id=event.correlation_id or event.id,
            traceparent=own,
            cause_id=event.id,
            event_id=event.id,
            event_type=event.type,
        )
        g.principal = replace(SYSTEM, request_id=g.request_id)
        for subscription in matching(event.type):
            subscription.handle(event)
        db.session.flush()


def _finish(row: Inbox) -> None:
    row.status, row.done_at, row.last_error = DONE, now(), None
    db.session.flush()
    # whoever was too early in this partition may be in time now
    early = sa.update(Inbox).where(
        Inbox.partition_key == row.partition_key, Inbox.status == PENDING, Inbox.waiting_since.is_not(None)
    )
    db.session.execute(early.values(next_attempt_at=None).execution_options(synchronize_session=False))


def _record(seq: int, failure: Exception) -> None:
    row = db.session.get(Inbox, seq, with_for_update=True)
    if row is None or row.status != PENDING:
        return
    row.claimed_until = None
    row.last_error = f"{type(failure).__name__}: {failure}"
    log.warning("not handled", event_id=row.event_id, type=row.type, why=row.last_error, attempts=row.attempts)
    if isinstance(failure, TooEarly):
        row.attempts -= 1
        row.waiting_since = row.waiting_since or now()
        waited = now() - row.waiting_since
        row.next_attempt_at = now() + min(timedelta(seconds=0.5) + waited / 2, timedelta(seconds=LONGEST_EARLY_WAIT))
        is_over = waited > registry().patience
    else:
        row.next_attempt_at = now() + _pause(row.attempts)
        is_over = row.attempts >= registry().attempts or isinstance(failure, Hopeless | ValidationError)
    if is_over:
        _bury(row, row.last_error, "".join(traceback.format_exception(failure)))
    db.session.flush()


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(LONGEST_WAIT, 4.0 ** (attempts - 1)))


def _bury(row: Inbox, reason: str, stack: str) -> None:
    row.status, row.done_at = DEAD, now()
    facts = {name: getattr(row, name) for name in ("event_id", "type", "source", "partition_key", "body", "attempts")}
    facts["first_at"] = row.received_at
    db.session.add(DeadLetter(**facts, reason=reason.replace("\0", "\\0"), stack=stack.replace("\0", "\\0")))
    log.error("dead letter", event_id=row.event_id, type=row.type, why=reason)


@atomic
def release(seq: int) -> None:
    """Give a claimed event back untried."""
    row = db.session.get(Inbox, seq, with_for_update=True)
    if row is not None and row.status == PENDING:
        row.attempts -= 1
        row.claimed_until = None


def drain(app: Flask) -> int:
    """Handle everything that is due now; returns how many were tried."""
    tried = 0
    seq = _in_context(app, claim)
    while seq is not None:
        seq = _in_context(app, handle, seq)
        tried += 1
    return tried


def run(app: Flask, stop: threading.Event) -> None:
    """Handle events until told to stop."""
    with app.app_context():
        wake = wake_on(db.engine, "inbox")
    seq: int | None = None
    try:
        while not stop.is_set():
            seq = _in_context(app, claim) if seq is None else _in_context(app, handle, seq)
            if seq is None:
                wake.wait(1, stop)
    finally:
        wake.close()
        if seq is not None:
            _in_context(app, release, seq)


def _in_context(app: Flask, step: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Each event has its own context: a fresh session and a fresh `g`."""
    with app.app_context(), structlog.contextvars.bound_contextvars():
        return step(*args, **kwargs)
