"""Deadlines in words, counted in the office's working days. The calendar is identity's; the last known survives an outage."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

from gateway import together
from gateway.formatters import as_day, office_zone, short_date

KEEP_SECONDS = 600
ONE_DAY = timedelta(days=1)


class Calendar:
    """The days on which the office is closed beside Saturdays and Sundays."""

    def __init__(self) -> None:
        self.closed: frozenset[date] = frozenset()
        self.asked_at = float("-inf")

    def read(self, today: date) -> frozenset[date]:
        if time.monotonic() - self.asked_at > KEEP_SECONDS:
            years = {
                str(year): ("identity", "calendar", {"year": year}) for year in range(today.year - 1, today.year + 2)
            }
            answers = together.ask(years, patience=1.0)
            if all(answers.values()):
                days = [as_day(day["date"]) for answer in answers.values() for day in answer["items"]]
                self.closed = frozenset(day for day in days if day)
                self.asked_at = time.monotonic()
        return self.closed


CALENDAR = Calendar()


def today() -> date:
    return datetime.now(office_zone()).date()


def closed_days() -> frozenset[date]:
    return CALENDAR.read(today())


def is_working(day: date, closed: frozenset[date]) -> bool:
    return day.weekday() < 5 and day not in closed


def between(first: date, last: date, closed: frozenset[date]) -> int:
    """Working days after `first` up to and with `last`."""
    return sum(is_working(first + n * ONE_DAY, closed) for n in range(1, (last - first).days + 1))


def last_before(day: date, closed: frozenset[date]) -> date:
    """The working day before `day`."""
    day -= ONE_DAY
    while not is_working(day, closed):
        day -= ONE_DAY
    return day


def deadline(due: Any, on: date, closed: frozenset[date]) -> dict[str, str] | None:
    """What is promised, in words and as a tone: alert when late, wait when today or the next working day."""
    day = as_day(due)
    if day is None:
        return None
    if day < on:
        late = between(day, on, closed)
        return {"tone": "alert", "words": f"lewat {late} hari kerja" if late else "sudah lewat", "on": short_date(day)}
    if day == on:
        return {"tone": "wait", "words": "hari ini", "on": short_date(day)}
    left = between(on, day, closed)
    words = f"{left} hari kerja lagi" if left else "sebelum hari kerja berikutnya"
    return {"tone": "wait" if left <= 1 else "plain", "words": words, "on": short_date(day)}


def waited(since: Any, on: date, closed: frozenset[date]) -> str:
    """How long something has waited that nobody promised a day for."""
    day = as_day(since)
    if day is None or day >= on:
        return "masuk hari ini"
    days = between(day, on, closed)
    return f"menunggu {days} hari kerja" if days else f"masuk {short_date(day)}"
