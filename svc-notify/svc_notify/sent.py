"""What was sent to whom: for staff everything, for a customer what went to its own people."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.lists import Column, Listing
from svc_notify.models import Letter, Message

STAFF = ("customer_service", "admin", "super_admin")

LISTING = Listing(
    model=Message,
    sorts={"created_at": Message.created_at},
    default_sort="-created_at",
    search=(Message.title, Message.recipient_name),
    filters={"order_id": Message.order_id, "channel": Message.channel},
    dated=Message.created_at,
    columns=(
        Column("Waktu", lambda message: message.created_at),
        Column("Penerima", lambda message: message.recipient_name),
        Column("Saluran", lambda message: message.channel),
        Column("Judul", lambda message: message.title),
        Column("Status", lambda message: message.status_label),
        Column("Terkirim", lambda message: message.sent_at),
    ),
)

MAILBOX = Listing(
    model=Letter,
    sorts={"created_at": Letter.created_at},
    default_sort="-created_at",
    search=(Letter.to, Letter.subject),
    filters={"address": Letter.to},
    dated=Letter.created_at,
    columns=(
        Column("Waktu", lambda letter: letter.created_at),
        Column("Kepada", lambda letter: letter.to),
        Column("Perihal", lambda letter: letter.subject),
    ),
)


def visible(principal: Principal) -> sa.Select[Any]:
    query = sa.select(Message)
    if principal.has(*STAFF):
        return query
    own = principal.customer_uuid
    return query.where(Message.customer_id == own if own else sa.false())
