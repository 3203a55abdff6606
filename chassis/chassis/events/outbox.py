"""What this service says: rows written in the act's own transaction, later published by the relay."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import principal
from chassis.db import Declared, JSONType, UTCDateTime, concerns, db, dumps, is_atomic, new_id, now
from chassis.events.envelope import Event
from chassis.telemetry import request_id, trace

Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Outbox(Declared):
    """`seq` is the order of writing, `feed_seq` the order of publishing: only the latter may be read by "greater than".

    Acts on one thing wait for each other (`chassis.db.lock`), so within its partition key `seq` is also the order of commits,
    whatever the clocks of the hosts say: it travels as the event's `sequence`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("event_id"),
        sa.UniqueConstraint("feed_seq"),
        sa.Index("ix_outbox_key", "partition_key"),
        sa.Index(
            "ix_outbox_unpublished",
            "partition_key",
            "seq",
            postgresql_where=sa.text("published_at IS NULL"),
            sqlite_where=sa.text("published_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    event_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), default=new_id)
    type: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(200))
    partition_key: Mapped[str] = mapped_column(sa.String(100))
    audience: Mapped[str] = mapped_column(sa.String(10))
    actor: Mapped[str] = mapped_column(sa.String(100))
    correlation_id: Mapped[str] = mapped_column(sa.String(100))
    traceparent: Mapped[str] = mapped_column(sa.String(100))
    cause_id: Mapped[str | None] = mapped_column(sa.String(100))
    data: Mapped[dict[str, Any]] = mapped_column(JSONType())
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    feed_seq: Mapped[int | None] = mapped_column(sa.BigInteger())
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_error: Mapped[str | None] = mapped_column(sa.Text())

    def to_event(self, source: str) -> Event:
        return Event(
            id=str(self.event_id),
            type=self.type,
            source=source,
            time=self.occurred_at,
            partition_key=self.partition_key,
            data=self.data,
            subject=self.subject,
            correlation_id=self.correlation_id,
            actor=self.actor,
            audience=self.audience,
            traceparent=self.traceparent,
            sequence=self.seq,
        )


def emit(
    type: str,
    data: dict[str, Any],
    *,
    partition_key: str,
    subject: str = "",
    audience: str = "internal",
    actor: str | None = None,
) -> Outbox:
    """Say that something happened. The row commits with the change it tells of, or not at all."""
    if not is_atomic():
        raise RuntimeError("emit() needs atomic")
    if "\\u0000" in dumps(data):
        raise ValueError("an event holds no NUL character")
    concerns(partition_key)
    cause: Event | None = g.get("event")
    row = Outbox(
        type=type,
        data=data,
        partition_key=str(partition_key),
        subject=str(subject or partition_key),
        audience=audience,
        actor=principal().id if actor is None else str(actor),
        correlation_id=cause.correlation_id if cause and cause.correlation_id else request_id(),
        traceparent=trace(),
        cause_id=g.get("cause_id"),
    )
    db.session.add(row)
    db.session.flush()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("NOTIFY outbox"))
    return row


def source() -> str:
    """This service's name on its events."""
    return f"/svc-{current_app.extensions['chassis'].name}"


def backlog() -> tuple[int, float]:
    """How many events wait to be published, and the age of the oldest in seconds."""
    count, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Outbox.occurred_at)).where(Outbox.published_at.is_(None))
    ).one()
    return count, (now() - oldest).total_seconds() if oldest else 0.0
