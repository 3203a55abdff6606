"""Events that could not be handled, kept with the reason until a person replays or discards them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Model, UTCDateTime, atomic, concerns, db, now
from chassis.events.envelope import BadEnvelope, parse

OPEN, REPLAYED, DISCARDED = "open", "replayed", "discarded"


class DeadLetter(Model):
    __tablename__ = "dead_letters"
    __table_args__ = (
        sa.CheckConstraint("resolution IN ('replayed', 'discarded')", name="resolution"),
        sa.Index(
            "ix_dead_letters_open",
            "died_at",
            postgresql_where=sa.text("resolution IS NULL"),
            sqlite_where=sa.text("resolution IS NULL"),
        ),
    )

    event_id: Mapped[str | None] = mapped_column(sa.String(100))
    type: Mapped[str] = mapped_column(sa.String(200), default="")
    source: Mapped[str] = mapped_column(sa.String(100), default="")
    partition_key: Mapped[str] = mapped_column(sa.String(100), default="")
    body: Mapped[str] = mapped_column(sa.Text())
    reason: Mapped[str] = mapped_column(sa.Text())
    stack: Mapped[str] = mapped_column(sa.Text(), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime | None] = mapped_column(UTCDateTime(), default=now)
    died_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    resolution: Mapped[str | None] = mapped_column(sa.String(10))
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    resolved_by: Mapped[str | None] = mapped_column(sa.String(100))
    resolved_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    resolved_why: Mapped[str | None] = mapped_column(sa.Text())


class CannotResolve(Exception):
    """It was replayed or discarded before, or it is no event at all."""


def bury_malformed(body: bytes, reason: str) -> None:
    """Keep bytes that are no event; the same bytes delivered again are kept once."""
    text = body.decode("utf-8", "backslashreplace").replace("\0", "\\0")
    known = sa.select(DeadLetter.id).where(
        DeadLetter.body == text, DeadLetter.event_id.is_(None), DeadLetter.resolution.is_(None)
    )
    if db.session.execute(known.limit(1)).first() is None:
        db.session.add(DeadLetter(body=text, reason=reason.replace("\0", "\\0")))
        db.session.flush()


def list_open(limit: int = 100) -> list[DeadLetter]:
    query = sa.select(DeadLetter).where(DeadLetter.resolution.is_(None)).order_by(DeadLetter.died_at).limit(limit)
    return list(db.session.scalars(query))


def present(letter: DeadLetter) -> dict[str, Any]:
    names = ("event_id", "type", "source", "partition_key", "reason", "attempts")
    return {
        "id": str(letter.id),
        "died_at": letter.died_at.isoformat(),
        **{name: getattr(letter, name) for name in names},
    }


def count_open() -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(DeadLetter.resolution.is_(None))) or 0


def lock(letter_id: uuid.UUID) -> DeadLetter:
    letter = db.session.get(DeadLetter, letter_id, with_for_update=True, populate_existing=True)
    if letter is None:
        raise LookupError(f"no dead letter {letter_id}")
    return letter


@atomic
def replay(letter_id: uuid.UUID, *, by: str, why: str, by_name: str = "") -> None:
    """Handle the event once more, as if it had just come."""
    from chassis.events import inbox

    letter = lock(letter_id)
    try:
        event = parse(letter.body.encode())
    except BadEnvelope as error:
        raise CannotResolve(str(error)) from error
    _resolve(letter, REPLAYED, by, by_name, why)
    inbox.store([letter.body.encode()])
    again = sa.update(inbox.Inbox).where(inbox.Inbox.event_id == event.id, inbox.Inbox.status == inbox.DEAD)
    db.session.execute(
        again.values(
            status=inbox.PENDING, attempts=0, next_attempt_at=None, waiting_since=None, claimed_until=None, done_at=None
        )
    )


@atomic
def discard(letter_id: uuid.UUID, *, by: str, why: str, by_name: str = "") -> None:
    """Leave it unhandled for good."""
    _resolve(lock(letter_id), DISCARDED, by, by_name, why)


def _resolve(letter: DeadLetter, resolution: str, by: str, by_name: str, why: str) -> None:
    if letter.resolution is not None:
        raise CannotResolve(f"{letter.resolution} by {letter.resolved_by}")
    concerns(letter.id)
    if letter.partition_key:
        concerns(letter.partition_key)
    letter.resolution, letter.resolved_why, letter.resolved_at = resolution, why, now()
    letter.resolved_by, letter.resolved_by_name = by, by_name or None
