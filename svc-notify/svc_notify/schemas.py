"""What goes in and out."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from chassis.auth import Principal
from chassis.lists import NO_NUL, ListArgs
from svc_notify.models import Letter, Message
from svc_notify.sent import STAFF


class NotificationArgs(ListArgs):
    unread = ma.fields.Boolean(load_default=None, allow_none=True)
    order_id = ma.fields.UUID(load_default=None, allow_none=True)


class MessageArgs(ListArgs):
    order_id = ma.fields.UUID(load_default=None, allow_none=True)
    channel = ma.fields.String(load_default="", validate=[ma.validate.Length(max=20), NO_NUL])


class MailboxArgs(ListArgs):
    address = ma.fields.String(load_default="", validate=[ma.validate.Length(max=254), NO_NUL])


class FeedArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    after = ma.fields.String(load_default="", validate=ma.validate.Length(max=40))
    type = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    limit = ma.fields.Integer(load_default=100, validate=ma.validate.Range(min=1, max=1000))


class Notification(ma.Schema):
    id = ma.fields.UUID(required=True)
    title = ma.fields.String(required=True)
    body = ma.fields.String(required=True)
    link = ma.fields.String(required=True)
    event_type = ma.fields.String(required=True)
    order_id = ma.fields.UUID(allow_none=True)
    is_read = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    read_at = ma.fields.AwareDateTime(allow_none=True)


class Page(ma.Schema):
    next = ma.fields.String(allow_none=True)
    previous = ma.fields.String(allow_none=True)
    start = ma.fields.Integer(required=True)
    count = ma.fields.Integer(required=True)
    count_is_exact = ma.fields.Boolean(required=True)


class NotificationPage(Page):
    items = ma.fields.List(ma.fields.Nested(Notification), required=True)
    unread = ma.fields.Integer(required=True)


class Unread(ma.Schema):
    unread = ma.fields.Integer(required=True)


class SentMessage(ma.Schema):
    id = ma.fields.UUID(required=True)
    order_id = ma.fields.UUID(allow_none=True)
    event_type = ma.fields.String(required=True)
    recipient_name = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Function(lambda message: {"code": message.status, "label": message.status_label})
    created_at = ma.fields.AwareDateTime(required=True)
    sent_at = ma.fields.AwareDateTime(allow_none=True)


class MessageReport(SentMessage):
    address = ma.fields.String()
    attempts = ma.fields.Integer()
    doubtful_attempts = ma.fields.Integer()
    next_attempt_at = ma.fields.AwareDateTime(allow_none=True)
    error = ma.fields.String(allow_none=True)


class MessagePage(Page):
    items = ma.fields.List(ma.fields.Nested(MessageReport), required=True)


class MailboxLetter(ma.Schema):
    id = ma.fields.UUID(required=True)
    to = ma.fields.String(required=True)
    to_name = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    html = ma.fields.String(required=True)
    link = ma.fields.String(required=True)
    message_id = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class MailboxPage(Page):
    items = ma.fields.List(ma.fields.Nested(MailboxLetter), required=True)


def present_notification(message: Message) -> dict[str, Any]:
    return Notification().dump(message)


def present_message(message: Message, principal: Principal) -> dict[str, Any]:
    """Addresses and faults of delivery are for staff."""
    schema = MessageReport() if principal.has(*STAFF) else SentMessage()
    return schema.dump(message)


def present_letter(letter: Letter) -> dict[str, Any]:
    return MailboxLetter().dump(letter)
