"""Working days: Monday to Friday without national holidays, collective leave and local closures."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from chassis.db import db
from svc_testing.people.models import Holiday

HORIZON = 3


def add_working_days(start: date, days: int) -> date:
    """The date `days` working days after `start` (the start itself does not count)."""
    last = start + timedelta(days=days * HORIZON + 30)
    closed = set(db.session.scalars(sa.select(Holiday.on).filter(Holiday.on >= start, Holiday.on <= last)))
    return count_on(start, days, closed)


def count_on(start: date, days: int, closed: set[date]) -> date:
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in closed:
            days -= 1
    return day
