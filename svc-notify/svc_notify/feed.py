"""The ordered feed of public events for other systems: a cursor survives for as long as its events are kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.db import atomic, db, now
from chassis.events import Event, Hopeless
from chassis.problems import BadForm, Gone
from svc_notify.models import FeedEntry, FeedHead

HEAD = UUID(int=1)
WIDTH = 20
WORDS = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z_]+")
PATTERN = re.compile(r"#|(?:[a-z_]+|\*)(?:\.(?:[a-z_]+|\*)){0,1}\.#|(?:[a-z_]+|\*)(?:\.(?:[a-z_]+|\*)){2}")
SHOWN = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "partitionkey", "data")


def append(event: Event) -> None:
    """Keep a public event, without who did it. Taking the number under a lock makes numbers commit in order."""
    if event.audience != "public" or db.session.scalar(sa.select(FeedEntry.id).where(FeedEntry.event_id == event.id)):
        return
    if not WORDS.fullmatch(event.type):
        raise Hopeless(f"{event.type} is no service.noun.participle")
    head = _locked_head()
    head.sequence += 1
    service, noun, participle = event.type.split(".")
    envelope = event.to_dict()
    db.session.add(
        FeedEntry(
            event_id=event.id,
            sequence=head.sequence,
            service=service,
            noun=noun,
            participle=participle,
            envelope={name: envelope[name] for name in SHOWN if name in envelope},
        )
    )


def read(*, after: str, pattern: str, limit: int) -> list[dict[str, Any]]:
    """The next events after a cursor, oldest first. Raises Gone when the cursor's successors are no longer kept."""
    query = sa.select(FeedEntry).where(FeedEntry.sequence > _position(after), *_fitting(pattern))
    entries = db.session.scalars(query.order_by(FeedEntry.sequence).limit(limit))
    return [{**entry.envelope, "sequence": cursor(entry.sequence)} for entry in entries]


def cursor(sequence: int) -> str:
    """Zero-padded, so that it sorts as text (CloudEvents sequence extension)."""
    return f"{sequence:0{WIDTH}d}"


@atomic
def prune(days: int) -> int:
    """Forget what is older than the promise."""
    is_old = FeedEntry.received_at < now() - timedelta(days=days)
    last = db.session.scalar(sa.select(sa.func.max(FeedEntry.sequence)).where(is_old))
    if last is None:
        return 0
    head = _locked_head()
    head.pruned_to = max(head.pruned_to, last)
    gone = db.session.execute(sa.delete(FeedEntry).where(FeedEntry.sequence <= last))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # CursorResult at run time


def _position(after: str) -> int:
    head = db.session.get(FeedHead, HEAD) or FeedHead(sequence=0, pruned_to=0)
    if not after:
        return head.pruned_to
    position = int(after) if re.fullmatch(rf"[0-9]{{1,{WIDTH}}}", after) else -1
    if not head.pruned_to <= position <= head.sequence:
        oldest = cursor(head.pruned_to)
        raise Gone("Posisi ini tidak tersedia lagi. Mulai dari posisi tertua yang masih disimpan.", oldest=oldest)
    return position


def _fitting(pattern: str) -> list[sa.ColumnElement[bool]]:
    if not pattern:
        return []
    if not PATTERN.fullmatch(pattern):
        raise BadForm("Pola jenis peristiwa tidak dikenal.", errors={"type": ["Contoh: certification.certificate.*"]})
    columns = (FeedEntry.service, FeedEntry.noun, FeedEntry.participle)
    words = pattern.removesuffix("#").rstrip(".").split(".")
    return [column == word for column, word in zip(columns, words, strict=False) if word not in ("*", "")]


def _locked_head() -> FeedHead:
    if db.session.get(FeedHead, HEAD) is None:
        _first_head()
    return db.session.scalars(
        sa.select(FeedHead).where(FeedHead.id == HEAD).with_for_update().execution_options(populate_existing=True)
    ).one()


def _first_head() -> None:
    """Two first writers at once make one row."""
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(FeedHead).values(id=HEAD, sequence=0, pruned_to=0)
    db.session.execute(row.on_conflict_do_nothing())
