"""Messages, and the small copies of people that say where they go."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import JSONType, Model, UTCDateTime, now

UNREAD = sa.text("channel = 'bell' AND read_at IS NULL")
STATUSES = {
    "queued": "Menunggu dikirim",
    "sending": "Sedang dikirim",
    "sent": "Terkirim",
    "failed": "Ditolak penerima",
    "exhausted": "Gagal setelah dicoba berulang kali",
}
SETTLING = timedelta(minutes=1)
DOUBTFUL = sa.text("doubtful_attempts > 0")


class Customer(Model):
    __tablename__ = "customer"

    name: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    known_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=now)

    @property
    def is_new(self) -> bool:
        """Just heard of: its people may still be on their way."""
        return self.known_since is not None and now() - self.known_since < SETTLING


class Person(Model):
    """Staff, or a member of a customer when `customer_id` is set."""

    __tablename__ = "person"

    customer_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid, index=True)
    name: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    is_active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Post(Model):
    """A role that a person holds, for one laboratory group or for all."""

    __tablename__ = "post"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40), index=True)
    scope: Mapped[str | None] = mapped_column(sa.String(40))


class Absence(Model):
    __tablename__ = "absence"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid, index=True)
    stand_in_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid)
    from_on: Mapped[date]
    until_on: Mapped[date]
    is_cancelled: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Holiday(Model):
    """A day on which the office is closed."""

    __tablename__ = "holiday"

    falls_on: Mapped[date] = mapped_column(unique=True)


class Office(Model):
    """Who signs the letters."""

    __tablename__ = "office"

    name: Mapped[str] = mapped_column(sa.Text)
    address: Mapped[str] = mapped_column(sa.Text)
    phone: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Message(Model):
    """One message to one recipient over one channel about one event."""

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "recipient", "channel", name="uq_message_event_id_recipient_channel"),
        sa.Index("ix_message_due", "status", "next_attempt_at"),
        sa.Index("ix_message_bell", "person_id", "channel", "created_at"),
        sa.Index("ix_message_unread", "person_id", postgresql_where=UNREAD, sqlite_where=UNREAD),
        sa.Index("ix_message_doubtful", "doubtful_attempts", postgresql_where=DOUBTFUL, sqlite_where=DOUBTFUL),
    )

    event_id: Mapped[str] = mapped_column(sa.String(100))
    event_type: Mapped[str] = mapped_column(sa.String(80))
    template: Mapped[str] = mapped_column(sa.String(120))
    order_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid, index=True)
    recipient: Mapped[str] = mapped_column(sa.String(60))
    recipient_name: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid)
    customer_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid)
    channel: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str] = mapped_column(sa.String(254))
    title: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    link: Mapped[str] = mapped_column(sa.Text)
    secret_link_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid)
    status: Mapped[str] = mapped_column(sa.String(20), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    doubtful_attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid)
    error: Mapped[str | None] = mapped_column(sa.String(500))
    provider_id: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    @property
    def status_label(self) -> str:
        return STATUSES[self.status]


class Reminder(Model):
    """Something to say later unless it has settled itself by then."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "name", "due_at", name="uq_reminder_event_id_name_due_at"),
        sa.Index("ix_reminder_due", "status", "due_at"),
    )

    event_id: Mapped[str] = mapped_column(sa.String(100))
    event_type: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(60), index=True)
    order_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid, index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONType)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(sa.String(20), default="pending")


class Letter(Model):
    """An e-mail of the demo, kept on the mailbox page. Its id is the message's."""

    __tablename__ = "letter"

    to: Mapped[str] = mapped_column(sa.String(254))
    to_name: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    link: Mapped[str] = mapped_column(sa.Text)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)


class FeedEntry(Model):
    """One public event in the order in which other systems read them."""

    __tablename__ = "feed_entry"
    __table_args__ = (sa.Index("ix_feed_entry_type", "service", "noun", "participle", "sequence"),)

    event_id: Mapped[str] = mapped_column(sa.String(100), unique=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    service: Mapped[str] = mapped_column(sa.String(40))
    noun: Mapped[str] = mapped_column(sa.String(40))
    participle: Mapped[str] = mapped_column(sa.String(60))
    envelope: Mapped[dict[str, Any]] = mapped_column(JSONType)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)


class FeedHead(Model):
    """The last sequence given out; its row is locked while one is taken, so the order of commits is the order of sequences."""

    __tablename__ = "feed_head"

    sequence: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    pruned_to: Mapped[int] = mapped_column(sa.BigInteger, default=0)
