"""Messages: written once per event, recipient and channel; leased, tried and settled by the send process."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app

from chassis.db import atomic, db, new_id, now
from chassis.events import Event, Hopeless
from svc_notify import audiences, channels, wording
from svc_notify.audiences import Recipient
from svc_notify.channels import Outcome
from svc_notify.models import Message
from svc_notify.wording import Template

SPREAD = random.SystemRandom()
MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)
log = structlog.get_logger("messages")


def tell(event: Event) -> list[Message]:
    """Write the messages this event calls for, inside the handler's transaction. Old news (a bootstrap) is no news."""
    facts = event.data
    if event.time < now() - timedelta(days=current_app.config["TELL_WITHIN_DAYS"]):
        return []
    fitting = [template for template in wording.messages().get(event.type, ()) if template.fits(facts)]
    return write(fitting, facts, event_id=event.id, event_type=event.type, actor=event.actor) if fitting else []


def write(
    templates: list[Template], facts: Mapping[str, Any], *, event_id: str, event_type: str, actor: str = ""
) -> list[Message]:
    """One message per recipient and channel; a second call for the same event adds nothing."""
    known = db.session.execute(sa.select(Message.recipient, Message.channel).where(Message.event_id == event_id))
    told = {(recipient, channel) for recipient, channel in known}
    written: list[Message] = []
    for template in templates:
        people = audiences.recipients(template.to, facts, actor=actor)
        drafts = [draft for one in people for draft in _drafts(template, one) if _key(draft) not in told]
        told.update(map(_key, drafts))
        if drafts:
            words = _words(template, facts)
            written += [_complete(draft, words, facts, event_id, event_type) for draft in drafts]
    written.sort(key=lambda message: message.channel)  # alike rows go in one statement
    db.session.add_all(written)
    if not told:
        log.info("nobody to tell", event_type=event_type, event_id=event_id)
    return written


def _drafts(template: Template, recipient: Recipient) -> Iterator[Message]:
    """To whom and over which channel; still without words."""
    for name in template.via:
        channel = channels.CHANNELS[name]
        address = channel.address(recipient)
        if address is not None:
            yield Message(
                template=template.name,
                recipient=recipient.key,
                recipient_name=recipient.name,
                person_id=recipient.person_id,
                customer_id=recipient.customer_id,
                channel=name,
                address=address,
                body=f"Anda menggantikan {recipient.stands_in_for}.\n\n" if recipient.stands_in_for else "",
                status="sent" if channel.is_immediate else "queued",
                sent_at=now() if channel.is_immediate else None,
                next_attempt_at=None if channel.is_immediate else now(),
            )


def _key(message: Message) -> tuple[str, str]:
    return message.recipient, message.channel


def _words(template: Template, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    named = {"customer_name": audiences.customer_name(facts)} if "customer_name" in template.needs() else {}
    try:
        return template.write({**facts, **named})
    except wording.BadTemplate as fault:
        raise Hopeless(str(fault)) from fault


def _complete(
    draft: Message, words: tuple[str, str, str], facts: Mapping[str, Any], event_id: str, event_type: str
) -> Message:
    draft.event_id, draft.event_type = event_id, event_type
    draft.title, body, draft.link = words
    draft.body += body
    draft.order_id = uuid.UUID(str(facts["order_id"])) if facts.get("order_id") else None
    draft.secret_link_id = uuid.UUID(str(facts["link_id"])) if not draft.link else None
    return draft


@atomic
def lease(limit: int, *, seconds: int, attempts: int) -> list[Message]:
    """Take due messages for a while. Whoever dies with them loses them when the lease runs out."""
    moment = now()
    is_due = (Message.status.in_(("queued", "sending"))) & (Message.next_attempt_at <= moment)
    due = list(
        db.session.scalars(
            sa.select(Message)
            .where(is_due)
            .order_by(Message.next_attempt_at, Message.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for message in due:
        if message.status == "sending":
            message.doubtful_attempts += 1
            message.error = "Proses pengirim berhenti sebelum jawaban tercatat."
        if message.attempts >= attempts:
            message.status, message.next_attempt_at, message.lease = "exhausted", None, None
            continue
        message.status = "sending"
        message.attempts += 1
        message.lease = new_id()
        message.next_attempt_at = moment + timedelta(seconds=seconds)
    db.session.flush()
    leased = [message for message in due if message.status == "sending"]
    for message in leased:  # the carrier reads them without a transaction
        db.session.expunge(message)
    return leased


@atomic
def settle(message_id: uuid.UUID, held: uuid.UUID, outcome: Outcome, *, attempts: int) -> str | None:
    """Note how an attempt ended; None when another process has taken the message over meanwhile."""
    message = db.session.scalar(
        sa.select(Message).where(Message.id == message_id, Message.lease == held).with_for_update()
    )
    if message is None:
        return None
    message.lease = None
    message.error = outcome.error[:500] or None
    message.doubtful_attempts += outcome.is_doubtful
    if outcome.is_sent:
        message.status, message.sent_at, message.provider_id = "sent", now(), outcome.provider_id[:300]
        message.next_attempt_at = None
    elif outcome.is_permanent or message.attempts >= attempts:
        message.status = "failed" if outcome.is_permanent else "exhausted"
        message.next_attempt_at = None
    else:
        message.status = "queued"
        message.next_attempt_at = now() + wait(message.attempts)
    return message.status


@atomic
def release(message_id: uuid.UUID, held: uuid.UUID) -> None:
    """Give back a message that was not tried."""
    db.session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.lease == held)
        .values(status="queued", lease=None, attempts=Message.attempts - 1, next_attempt_at=now())
    )


@atomic
def requeue(*, statuses: tuple[str, ...] = ("failed", "exhausted")) -> int:
    """An operator's second chance, after the cause is gone."""
    done = db.session.execute(
        sa.update(Message)
        .where(Message.status.in_(statuses))
        .values(status="queued", attempts=0, next_attempt_at=now())
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # CursorResult at run time


def wait(attempts: int) -> timedelta:
    """How long until the next attempt: growing up to a day, spread so that a recovered server is not stormed."""
    minutes = MINUTES[min(attempts, len(MINUTES)) - 1]
    return timedelta(minutes=minutes * SPREAD.uniform(0.8, 1.0))
