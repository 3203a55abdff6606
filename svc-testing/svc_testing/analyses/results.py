"""Reading what an analyst typed, and comparing it with the frozen limit.

Simple acceptance (ILAC-G8:09/2019, 4.2.1): the result is compared with the limit, uncertainty is not added to either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from svc_testing.catalogue.limits import accepted_words

NOT_DETECTED = {"ttd", "tidak terdeteksi", "nd", "not detected"}
SUPERSCRIPT = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?|[+-]?\d+([.,]\d+)?")
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
POWER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:[x×*·]\s*10\s*\^?\s*([+-]?\d{1,3})|[eE]([+-]?\d{1,3}))")


@dataclass(frozen=True)
class Reading:
    """`kind` is number, scientific, censored, not_detected or text; `value` is exact."""

    kind: str
    operand: str
    value: Decimal | None
    display: str


class Unreadable(ValueError):
    """The text is not a result; the message says why."""


def read(typed: str, operand: str = "") -> Reading:
    """Understand a result as typed: `7,2`, `< 0,003`, `2,3 x 10^2`, `TTD`, or words. Raises Unreadable."""
    text = " ".join(typed.split())
    if text[:1] in "<>" and text:
        if operand and operand != text[0]:
            raise Unreadable("Tanda pada hasil berbeda dengan pilihan tanda.")
        operand, text = text[0], text[1:].strip()
    if not text:
        raise Unreadable("Wajib diisi.")
    if text.lower() in NOT_DETECTED:
        if operand:
            raise Unreadable("TTD tidak memakai tanda.")
        return Reading("not_detected", "", None, "TTD")
    number = _number(text)
    if number is None:
        if operand:
            raise Unreadable("Tanda < atau > harus diikuti angka.")
        return Reading("text", "", None, text)
    kind, value, shown = number
    return Reading("censored" if operand else kind, operand, value, f"{operand} {shown}" if operand else shown)


def _number(text: str) -> tuple[str, Decimal, str] | None:
    if power := POWER.fullmatch(text.translate(PLAIN)):
        mantissa, exponent = power[1].replace(".", ","), int(power[2] or power[3])
        value = _decimal(mantissa).scaleb(exponent)
        return "scientific", value, f"{mantissa} × 10{str(exponent).translate(SUPERSCRIPT)}"
    if not NUMBER.fullmatch(text):
        return None
    if AMBIGUOUS.fullmatch(text):
        raise Unreadable(
            f"{text} dapat berarti dua angka; tulis {text.replace('.', '')} atau {text.replace('.', ',')}."
        )
    grouped = re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", text) or re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", text)
    plain = text.replace(".", "") if grouped else text.replace(".", ",")
    return "number", _decimal(plain), plain


def plain_number(text: str) -> Decimal:
    """A number as typed, without sign or power of ten. Raises Unreadable."""
    found = _number(text)
    if found is None:
        raise Unreadable("Harus berupa angka.")
    return found[1]


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Unreadable("Angka tidak terbaca.") from error


def passes(reading: Reading, limit: Any) -> bool | None:
    """Does the result meet the limit? None where no statement can be made.

    `limit` has limit_kind, limit_low, limit_high (in the result's unit), limit_text and limit_words.
    """
    match limit.limit_kind:
        case "text":
            return reading.display.lower() in accepted_words(limit) if reading.kind == "text" else None
        case "not_detected":
            return _absent(reading)
        case "max" | "min" | "range":
            return _within(reading, limit.limit_low, limit.limit_high)
    return None


def _absent(reading: Reading) -> bool | None:
    if reading.kind == "not_detected":
        return True
    if reading.kind == "text" or reading.operand == "<":
        return None
    return reading.value == 0


def _within(reading: Reading, low: Decimal | None, high: Decimal | None) -> bool | None:
    if reading.kind == "not_detected":
        return True if low is None else None
    if reading.value is None:
        return None
    if reading.operand == "<":
        if low is not None and reading.value <= low:
            return False
        return True if low is None and high is not None and reading.value <= high else None
    if reading.operand == ">":
        if high is not None and reading.value >= high:
            return False
        return True if high is None and low is not None and reading.value >= low else None
    return (low is None or reading.value >= low) and (high is None or reading.value <= high)
