"""Dates, times and money as they stand on Indonesian documents."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ONES = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
SIZES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1_000, "ribu"), (100, "ratus"), (10, "puluh"))
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
    """Terbilang: 1_908_000 → "Satu juta sembilan ratus delapan ribu rupiah"."""
    return f"{' '.join(_words(amount)) or 'nol'} rupiah".capitalize()


def _words(number: int) -> list[str]:
    if number < len(ONES):
        return [ONES[number]] if number else []
    if number < 20:
        return [ONES[number - 10], "belas"]
    for size, name in SIZES:
        count, rest = divmod(number, size)
        if count == 1 and size in (100, 1_000):
            return [f"se{name}", *_words(rest)]
        if count:
            return [*_words(count), name, *_words(rest)]
    raise ValueError(number)


def decimal(text: str) -> str:
    return text.replace(".", ",")
