"""Dates, times and money as they stand on Indonesian documents."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from num2words import num2words

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}


def long_date(day: date | None) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "–"


def date_range(first: date | None, last: date | None) -> str:
    if first is None or last is None or first == last:
        return long_date(first or last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} s.d. {long_date(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} s.d. {long_date(last)}"
    return f"{long_date(first)} s.d. {long_date(last)}"


def date_time(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    name = ZONE_NAMES.get(int(offset.total_seconds() // 3600), "UTC") if offset is not None else "UTC"
    return f"{long_date(local.date())} pukul {local:%H.%M} {name}"


def rupiah(amount: int) -> str:
    grouped = f"{abs(amount):,}".replace(",", ".")
    return f"−Rp {grouped}" if amount < 0 else f"Rp {grouped}"


def in_words(amount: int) -> str:
    words = re.sub(r"(^|juta |miliar |triliun )satu ribu", r"\1seribu", num2words(amount, lang="id"))
    return f"{words} rupiah".capitalize()


def decimal(text: str) -> str:
    return text.replace(".", ",")
