"""How dates, moments and money read in a message."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def office_zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["OFFICE_TIMEZONE"] if has_app_context() else "Asia/Pontianak")


def as_moment(value: str | datetime) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {value}")
    return moment


def as_day(value: str | date) -> date:
    """A date as it is; of a moment, the day it falls on at the office."""
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    if isinstance(value, str | datetime):
        return as_moment(value).astimezone(office_zone()).date()
    return value


def day(value: str | date) -> str:
    """17 Agustus 2026."""
    known = as_day(value)
    return f"{known.day} {MONTHS[known.month - 1]} {known.year}"


def moment(value: str | datetime) -> str:
    """17 Agustus 2026 pukul 14.30 WIB."""
    local = as_moment(value).astimezone(office_zone())
    offset = local.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset else 0
    return f"{day(local.date())} pukul {local:%H.%M} {ZONES.get(hours, f'UTC{hours:+d}')}"


def rupiah(amount: int) -> str:
    """Rp 1.500.000, never broken over two lines."""
    return "Rp\N{NO-BREAK SPACE}" + f"{int(amount):,}".replace(",", ".")
