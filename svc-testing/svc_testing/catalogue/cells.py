"""What one cell of a sheet may say: readers that answer a value, or raise BadCell with the reason in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from svc_testing.analyses.results import Unreadable, plain_number

FORMULA_FAULTS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
YES_NO = {"ya": True, "tidak": False}
INTEGER = re.compile(r"-?\d{1,9}")


class BadCell(ValueError):
    """Why a cell cannot be read, in words."""


def words(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = " ".join(str(value).split())
        if text in FORMULA_FAULTS:
            raise BadCell("berisi kesalahan rumus")
        if "\x00" in text:
            raise BadCell("memuat karakter yang tidak berlaku")
        if len(text) > longest:
            raise BadCell(f"paling banyak {longest} huruf")
        return text

    return read


def whole(lowest: int, highest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        text = str(value).strip().removesuffix(".0")
        if not INTEGER.fullmatch(text):
            raise BadCell("harus bilangan bulat")
        if not lowest <= int(text) <= highest:
            raise BadCell(f"harus antara {lowest} dan {highest}")
        return int(text)

    return read


def exact(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise BadCell("harus berupa angka")
    if isinstance(value, int | float):
        return Decimal(repr(value)) if value == value and abs(value) < 10**12 else _no_number()
    try:
        return plain_number(str(value).strip())
    except Unreadable as error:
        raise BadCell(str(error).rstrip(".")) from error


def _no_number() -> Decimal:
    raise BadCell("harus berupa angka")


def one_of(options: dict[str, Any]) -> Callable[[Any], Any]:
    spelled = {word.lower(): value for word, value in options.items()}

    def read(value: Any) -> Any:
        found = yes_no(value) if isinstance(value, bool) else str(value).strip().lower()
        if found not in spelled:
            raise BadCell(f"harus salah satu dari {', '.join(options)}")
        return spelled[found]

    return read


def day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(str(value).strip(), form).date()
        except ValueError:
            continue
    raise BadCell("harus tanggal, misalnya 31-12-2026")


def yes_no(value: bool) -> str:
    return "ya" if value else "tidak"
