"""The bell: a person's own messages."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import atomic, db, now
from chassis.lists import Column, Listing
from chassis.problems import NotFound
from svc_notify.models import Message

KEPT = timedelta(days=365)
SHOWN_UP_TO = 100

LISTING = Listing(
    model=Message,
    sorts={"created_at": Message.created_at},
    default_sort="-created_at",
    search=(Message.title, Message.body),
    filters={"order_id": Message.order_id},
    dated=Message.created_at,
    columns=(
        Column("Waktu", lambda message: message.created_at),
        Column("Judul", lambda message: message.title),
        Column("Isi", lambda message: message.body),
        Column("Dibaca", lambda message: message.read_at),
    ),
)


def mine(principal: Principal, *, is_unread: bool | None = None) -> sa.Select[Any]:
    person_id = _person_id(principal)
    is_mine = Message.person_id == person_id if person_id else sa.false()
    query = sa.select(Message).where(Message.channel == "bell", is_mine)
    if is_unread is None:
        return query
    return query.where(Message.read_at.is_(None) if is_unread else Message.read_at.is_not(None))


def count_unread(principal: Principal) -> int:
    """How many things have unread news, no further than what a bell shows: ten words about one order are one thing to look at."""
    about = sa.func.coalesce(Message.order_id, Message.id)
    found = mine(principal, is_unread=True).with_only_columns(about).distinct().limit(SHOWN_UP_TO).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def get(message_id: uuid.UUID, principal: Principal) -> Message:
    message = db.session.scalar(mine(principal).where(Message.id == message_id))
    if message is None:
        raise NotFound()
    return message


def read(message: Message) -> None:
    """Read, and with it what was said earlier about the same order: its page tells all of it."""
    message.read_at = message.read_at or now()
    db.session.flush()
    if message.order_id:
        same = (Message.order_id == message.order_id) & (Message.person_id == message.person_id)
        earlier = (
            same & (Message.channel == "bell") & Message.read_at.is_(None) & (Message.created_at <= message.created_at)
        )
        db.session.execute(sa.update(Message).where(earlier).values(read_at=message.read_at))


def read_all(principal: Principal) -> int:
    unread = mine(principal, is_unread=True).with_only_columns(Message.id)
    done = db.session.execute(sa.update(Message).where(Message.id.in_(unread)).values(read_at=now()))
    return int(done.rowcount)  # type: ignore[attr-defined]  # CursorResult at run time


@atomic
def prune() -> int:
    """A bell is not an archive: what was read a year ago goes; what was mailed stays with its order."""
    is_old = (Message.channel == "bell") & (Message.read_at < now() - KEPT)
    gone = db.session.execute(sa.delete(Message).where(is_old))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # CursorResult at run time


def _person_id(principal: Principal) -> uuid.UUID | None:
    """None for other systems: they have no bell."""
    try:
        return uuid.UUID(principal.id) if principal.kind == "user" else None
    except ValueError:
        return None
