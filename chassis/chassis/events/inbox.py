"""What this service was told: stored first, acknowledged, and only then handled, from this table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Declared, UTCDateTime, atomic, db, dumps, now
from chassis.events import dead_letters
from chassis.events.envelope import BadEnvelope, Event, parse
from chassis.events.outbox import Sequence
from chassis.events.registry import matching

PENDING, DONE, DEAD = "pending", "done", "dead"
KEPT = timedelta(days=90)


class Inbox(Declared):
    """A lane (partition key and source) is handled in the order in which its source said it: by `sequence`, without one by time."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("event_id"),
        sa.Index("ix_inbox_key", "partition_key"),
        sa.CheckConstraint("status IN ('pending', 'done', 'dead')", name="status"),
        sa.Index(
            "ix_inbox_lane",
            "partition_key",
            "source",
            "sequence",
            "occurred_at",
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        ),
        sa.Index(
            "ix_inbox_pending",
            "seq",
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        ),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(sa.String(100))
    type: Mapped[str] = mapped_column(sa.String(200))
    source: Mapped[str] = mapped_column(sa.String(100))
    partition_key: Mapped[str] = mapped_column(sa.String(100))
    body: Mapped[str] = mapped_column(sa.Text())
    sequence: Mapped[int] = mapped_column(sa.BigInteger(), server_default="0")
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime())
    received_at: Mapped[datetime] = mapped_column(UTCDateTime())
    status: Mapped[str] = mapped_column(sa.String(10))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    waiting_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_error: Mapped[str | None] = mapped_column(sa.Text())


# what `store` writes, and as what PostgreSQL is to take it
_STORED = {
    "event_id": "text",
    "type": "text",
    "source": "text",
    "partition_key": "text",
    "body": "text",
    "sequence": "bigint",
    "occurred_at": "timestamptz",
    "received_at": "timestamptz",
    "status": "text",
    "done_at": "timestamptz",
    "attempts": "integer",
}
_TOGETHER = sa.text(
    f"WITH stored AS (INSERT INTO inbox ({', '.join(_STORED)})"  # noqa: S608 (names of the table above)
    " SELECT * FROM json_to_recordset(CAST(:rows AS json))"
    f" AS given({', '.join(f'{name} {kind}' for name, kind in _STORED.items())})"
    " ON CONFLICT (event_id) DO NOTHING) SELECT pg_notify('inbox', '')"
)
_EACH = sqlite.insert(Inbox).on_conflict_do_nothing(index_elements=["event_id"])


@atomic
def store(bodies: list[bytes]) -> None:
    """Keep each event once. What is no event becomes a dead letter; what nobody here reacts to is done at once."""
    rows: list[dict[str, Any]] = []
    for body in bodies:
        try:
            rows.append(_row(parse(body), body))
        except BadEnvelope as error:
            dead_letters.bury_malformed(body, str(error))
    if not rows:
        return
    if db.engine.dialect.name == "postgresql":
        db.session.execute(_TOGETHER, {"rows": dumps(rows)})
    else:
        db.session.connection().execute(_EACH, rows)


def _row(event: Event, body: bytes) -> dict[str, Any]:
    at = now()
    wanted = bool(matching(event.type))
    return {
        "event_id": event.id,
        "type": event.type,
        "source": event.source,
        "partition_key": event.partition_key,
        "body": body.decode(),
        "sequence": event.sequence,
        "occurred_at": event.time,
        "received_at": at,
        "status": PENDING if wanted else DONE,
        "done_at": None if wanted else at,
        "attempts": 0,
    }


@atomic
def prune() -> int:
    """Forget what was finished 90 days ago; until then a repeated event is recognised."""
    old = sa.delete(Inbox).where(Inbox.status != PENDING, Inbox.received_at < now() - KEPT)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def backlog() -> tuple[int, float]:
    """How many events wait to be handled, and the age of the oldest in seconds."""
    count, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Inbox.received_at)).where(Inbox.status == PENDING)
    ).one()
    return count, (now() - oldest).total_seconds() if oldest else 0.0
