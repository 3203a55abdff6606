"""What is said later: planned when something happens, dropped when it has settled itself, written when it is due."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
import structlog

from chassis.db import atomic, db, lock, now
from chassis.events import Event, Hopeless, TooEarly
from svc_notify import formats, messages, wording
from svc_notify.models import Holiday, Reminder
from svc_notify.wording import ReminderTemplate

OFFICE_OPENS = time(8)
BATCH = 200
log = structlog.get_logger("reminders")


def follow(event: Event) -> None:
    """Drop what this event settles, then plan what it starts."""
    for name, template in wording.reminders().items():
        if event.type in template.until | template.on:
            _drop(name, template, event)
        if event.type in template.on:
            _plan(name, template, event)


def write_due(at: datetime | None = None) -> int:
    """Write the messages of every reminder that is due; one transaction each."""
    due = (Reminder.status == "pending") & (Reminder.due_at <= (at or now()))
    found = db.session.scalars(sa.select(Reminder.id).where(due).order_by(Reminder.due_at).limit(BATCH)).all()
    return sum(_write(reminder_id) for reminder_id in found)


@atomic
def _write(reminder_id: uuid.UUID) -> bool:
    reminder = db.session.get(Reminder, reminder_id)
    if reminder is None or lock(reminder).status != "pending":
        return False
    template = wording.reminders().get(reminder.name)
    reminder.status = "written"
    if template is None:  # a template that was taken away since
        return False
    try:
        with db.session.begin_nested():
            event_id = f"reminder:{reminder.id}"
            messages.write([template.message], reminder.facts, event_id=event_id, event_type=reminder.event_type)
    except (Hopeless, TooEarly) as fault:
        reminder.status = "failed"
        log.error("reminder not written", reminder=str(reminder.id), fault=str(fault))
        return False
    return True


def _drop(name: str, template: ReminderTemplate, event: Event) -> None:
    subject = event.data.get(template.key)
    if subject:
        same = Reminder.subject == str(subject)
    elif event.data.get("order_id"):
        same = Reminder.order_id == uuid.UUID(str(event.data["order_id"]))
    else:
        return
    pending = sa.update(Reminder).where(Reminder.name == name, same, Reminder.status == "pending")
    db.session.execute(pending.values(status="dropped"))


def _plan(name: str, template: ReminderTemplate, event: Event) -> None:
    known = set(
        db.session.scalars(sa.select(Reminder.due_at).where(Reminder.event_id == event.id, Reminder.name == name))
    )
    order_id = event.data.get("order_id")
    for due_at in _moments(template, event):
        if due_at > now() and due_at not in known:
            db.session.add(
                Reminder(
                    event_id=event.id,
                    event_type=event.type,
                    name=name,
                    subject=str(event.data[template.key]),
                    order_id=uuid.UUID(str(order_id)) if order_id else None,
                    facts=event.data,
                    due_at=due_at,
                )
            )


def _moments(template: ReminderTemplate, event: Event) -> Iterator[datetime]:
    base = event.data.get(template.moment) if template.moment else event.time
    if base is None:
        return
    if isinstance(base, str) and len(base) == 10:
        start = datetime.combine(formats.as_day(base), OFFICE_OPENS, formats.office_zone())
    else:
        start = formats.as_moment(base)
    for days in template.days:
        yield start + timedelta(days=days)
    for days in template.working_days:
        day = _working_day(start.astimezone(formats.office_zone()).date(), days)
        yield datetime.combine(day, OFFICE_OPENS, formats.office_zone())


def _working_day(start: date, steps: int) -> date:
    """`steps` working days after `start`, before it when negative."""
    one = timedelta(days=1 if steps > 0 else -1)
    closed = set(
        db.session.scalars(
            sa.select(Holiday.falls_on).where(Holiday.falls_on.between(start - 30 * abs(one), start + 30 * abs(one)))
        )
    )
    day, left = start, abs(steps)
    while left:
        day += one
        left -= day.weekday() < 5 and day not in closed
    return day
