"""What the trace of an order shows of messages: to whom, over what, and how it went; never the text."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from chassis.db import db
from chassis.tracing import MOST, Entry
from svc_notify.models import Message


def messages_of(order_id: uuid.UUID) -> Iterator[Entry]:
    query = sa.select(Message).filter_by(order_id=order_id).order_by(Message.created_at.desc()).limit(MOST)
    for message in db.session.scalars(query):
        yield Entry(
            at=message.created_at,
            kind="message",
            what=message.title,
            id=str(message.id),
            cause=message.event_id,
            attempts=message.attempts,
            status="read" if message.is_read else message.status,
            details={
                "channel": message.channel,
                "to": message.recipient_name,
                "template": message.template,
                "sent_at": message.sent_at,
                "read_at": message.read_at,
                "error": message.error,
            },
        )
