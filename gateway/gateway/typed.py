"""What people type for numbers, money, dates and times, turned into what services read. Anything else raises ValueError."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gateway.formatters import office_zone


def read_integer(raw: str) -> int:
    return int(raw.replace(".", "").replace(" ", ""))


def read_money(raw: str) -> int:
    return int(re.sub(r"^Rp\.?|[.\s]|,00$", "", raw, flags=re.IGNORECASE))


def read_decimal(raw: str) -> str:
    plain = raw.replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    if not Decimal(plain).is_finite():
        raise ValueError(raw)
    return plain


def read_date(raw: str) -> str:
    """2026-08-17 as browsers send it, 17-08-2026 as people type it."""
    for shape in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(raw, shape).date().isoformat()
        except ValueError:
            continue
    return date.fromisoformat(raw).isoformat()


def read_moment(raw: str) -> str:
    """A time on the office's clock becomes an aware moment."""
    moment = datetime.fromisoformat(raw)
    return (moment if moment.tzinfo else moment.replace(tzinfo=office_zone())).isoformat()


READERS: dict[str, Callable[[str], Any]] = {
    "integer": read_integer,
    "money": read_money,
    "decimal": read_decimal,
    "date": read_date,
    "datetime": read_moment,
}
NOT_UNDERSTOOD = {
    "integer": "Tulis bilangan bulat, misalnya 3.",
    "money": "Tulis jumlah rupiah tanpa sen, misalnya 150.000.",
    "decimal": "Tulis bilangan, misalnya 6,8.",
    "date": "Tulis tanggal, misalnya 17-08-2026.",
    "datetime": "Tulis tanggal dan jam, misalnya 17-08-2026 14:30.",
}
