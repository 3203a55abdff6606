"""The working calendar: which days the office is closed beside Saturdays and Sundays."""

import json
import uuid
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from chassis import history
from chassis.auth import Principal
from chassis.db import db
from chassis.problems import NotFound
from svc_identity.calendar.models import KINDS, CalendarDay
from svc_identity.events import tell_calendar

SEED = Path(__file__).parent.parent / "seed" / "calendar.json"


def list_days(year: int) -> list[CalendarDay]:
    query = sa.select(CalendarDay).where(CalendarDay.falls_on.between(date(year, 1, 1), date(year, 12, 31)))
    return list(db.session.scalars(query.order_by(CalendarDay.falls_on)))


def put(falls_on: date, principal: Principal, *, kind: str, note: str) -> CalendarDay:
    day = find(falls_on)
    before = _told(day)
    if day is None:
        day = CalendarDay(falls_on=falls_on, kind=kind, note=note)
        db.session.add(day)
    day.kind, day.note = kind, note
    _record(falls_on, principal, "put", before, _told(day))
    _tell(falls_on.year)
    return day


def remove(falls_on: date, principal: Principal) -> None:
    day = find(falls_on)
    if day is None:
        raise NotFound("Tanggal ini tidak ada di kalender kerja.")
    db.session.delete(day)
    _record(falls_on, principal, "remove", _told(day), None)
    _tell(falls_on.year)


def root_of(year: int) -> uuid.UUID:
    """What the history of a year's calendar hangs on."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"zerocalls-calendar-{year}")


def _told(day: CalendarDay | None) -> str | None:
    return f"{KINDS[day.kind]}: {day.note}" if day else None


def _record(falls_on: date, principal: Principal, act: str, before: str | None, after: str | None) -> None:
    root = root_of(falls_on.year)
    changes = {falls_on.isoformat(): [before, after]}
    history.record(root, "identity.calendar", root, act, principal, changes=changes)


def find(falls_on: date) -> CalendarDay | None:
    return db.session.scalar(sa.select(CalendarDay).filter_by(falls_on=falls_on))


def seed() -> int:
    """Years that have no day yet are filled from the frozen file; returns how many years."""
    rows = json.loads(SEED.read_text(encoding="utf-8"))
    empty = [year for year in sorted({int(row["date"][:4]) for row in rows}) if not list_days(year)]
    for year in empty:
        ours = [row for row in rows if row["date"].startswith(str(year))]
        for row in ours:
            db.session.add(CalendarDay(falls_on=date.fromisoformat(row["date"]), kind=row["kind"], note=row["note"]))
        _tell(year)
    return len(empty)


def _tell(year: int) -> None:
    db.session.flush()
    tell_calendar(year, list_days(year))
