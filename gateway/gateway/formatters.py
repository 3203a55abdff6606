"""All Indonesian formatting of the pages; nothing else in the gateway turns a value into words."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_app_context

from chassis import phones

MONTHS = ("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember").split()
ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}
DASH = "–"
LOOSE = re.compile(r"(?<=\bRp) (?=\d)|(?<=\d) (?=- \d{4}\b)|(?<=\d -) (?=\d{4}\b)")


def office_zone() -> ZoneInfo:
    name = current_app.config.get("OFFICE_TIMEZONE") if has_app_context() else None
    return ZoneInfo(name or "Asia/Pontianak")


def as_moment(value: Any) -> datetime | None:
    """A moment of the wire (ISO 8601, UTC) on the office's clock; None when it is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(office_zone()) if value.tzinfo else value.replace(tzinfo=office_zone())


def as_day(value: Any) -> date | None:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    moment = as_moment(value)
    return moment.date() if moment else None


def short_date(value: Any) -> str:
    """17-08-2026, where figures stand below each other."""
    day = as_day(value)
    return f"{day:%d-%m-%Y}" if day else DASH


def list_date(value: Any) -> str:
    """17 Agu 2026, in lists: short, and the month in words."""
    day = as_day(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}" if day else DASH


def list_moment(value: Any) -> str:
    return f"{list_date(value)} {clock(value)}" if as_moment(value) else DASH


def printed_cell(value: Any) -> str:
    """A cell of a whole list as its service packed it."""
    if isinstance(value, dict):
        [(kind, text)] = value.items()
        return number(text) if kind == "number" else list_date(text)
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return number(value) if isinstance(value, int) else phone(value) or DASH


def long_date(value: Any) -> str:
    """17 Agustus 2026, in sentences and documents."""
    day = as_day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else DASH


def clock(value: Any) -> str:
    """14.30 WIB."""
    moment = as_moment(value)
    if not moment:
        return DASH
    hours = int((moment.utcoffset() or timedelta()).total_seconds() // 3600)
    return f"{moment:%H.%M} {ZONE_NAMES.get(hours, f'UTC{hours:+d}')}"


def exact_clock(value: Any) -> str:
    """14.30.05,250: for those who look for causes."""
    moment = as_moment(value)
    return f"{moment:%H.%M.%S},{moment.microsecond // 1000:03d}" if moment else DASH


def duration(milliseconds: Any) -> str:
    """How long something took: 120 ms, 2,5 detik, 3 menit, 2 jam, 4 hari."""
    if not isinstance(milliseconds, int | float):
        return DASH
    if milliseconds < 1000:
        return f"{round(milliseconds)} ms"
    seconds = milliseconds / 1000
    steps = ((60, 1, "detik"), (3600, 60, "menit"), (86400, 3600, "jam"), (float("inf"), 86400, "hari"))
    size, unit = next((size, unit) for limit, size, unit in steps if seconds < limit)
    return f"{seconds / size:.1f}".replace(".", ",").removesuffix(",0") + f" {unit}"


def short_moment(value: Any) -> str:
    return f"{short_date(value)} {clock(value)}" if as_moment(value) else DASH


def long_moment(value: Any) -> str:
    return f"{long_date(value)} pukul {clock(value)}" if as_moment(value) else DASH


def remaining(until: Any, now: datetime | None = None) -> str:
    """How long until a deadline: "6 hari 3 jam lagi", or that it has passed."""
    moment = as_moment(until)
    if not moment:
        return DASH
    left = moment - (now or datetime.now(moment.tzinfo))
    if left <= timedelta():
        return "sudah lewat"
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "hari"), (hours, "jam"), (minutes, "menit")]
    shown = [f"{amount} {unit}" for amount, unit in parts if amount][:2]
    return f"{' '.join(shown) or 'kurang dari 1 menit'} lagi"


def rupiah(value: Any) -> str:
    """Rp 1.500.000."""
    try:
        amount = int(value)
    except (TypeError, ValueError):
        return DASH
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp {abs(amount):,}".replace(",", ".")


def number(value: Any) -> str:
    """A count with thousands points, or a decimal with a comma, digits as they were given."""
    if value is None or value == "":
        return DASH
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    whole, _, fraction = f"{exact:,f}".partition(".")
    return whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def decimal_input(value: Any) -> str:
    """A decimal of the wire as a person types it: 6.8 → 6,8."""
    return "" if value is None else str(value).replace(".", ",")


def local_input(value: Any) -> str:
    """The value of <input type=datetime-local> for a moment of the wire."""
    moment = as_moment(value)
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


def human_number(thing: Any) -> str:
    """The number a person uses for a thing; never a bare 0."""
    if not isinstance(thing, dict):
        return "belum terbit"
    return thing.get("number") or thing.get("pre_number") or "belum terbit"


def initials(name: Any) -> str:
    """Of the first two names, for want of a picture."""
    return "".join(part[0] for part in str(name or "").split()[:2]).upper() or "?"


def file_size(value: Any) -> str:
    try:
        size = int(value)
    except (TypeError, ValueError):
        return DASH
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")


def percent(value: Any) -> str:
    shown = number(value)
    return shown if shown == DASH else f"{shown.removesuffix(',00').removesuffix(',0')} %"


def phone(value: Any) -> str:
    return phones.grouped(str(value or ""))


def unit(value: Any) -> str:
    """The unit of a parameter; "" where the catalogue says with a dash that it has none."""
    return "" if value in (None, "-", DASH) else str(value)


def unbroken(value: Any) -> str:
    """Amounts and numbers of analyses stay on one line."""
    return LOOSE.sub("\N{NO-BREAK SPACE}", str(value))


FILTERS = {
    "phone": phone,
    "unit": unit,
    "unbroken": unbroken,
    "short_date": short_date,
    "list_date": list_date,
    "list_moment": list_moment,
    "printed_cell": printed_cell,
    "long_date": long_date,
    "clock": clock,
    "exact_clock": exact_clock,
    "duration": duration,
    "short_moment": short_moment,
    "long_moment": long_moment,
    "remaining": remaining,
    "rupiah": rupiah,
    "number": number,
    "decimal_input": decimal_input,
    "local_input": local_input,
    "human_number": human_number,
    "initials": initials,
    "file_size": file_size,
    "percent": percent,
}


def register(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
