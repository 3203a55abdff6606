"""A limit in numbers and in print must say the same: a wrong one costs people."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

KINDS = {
    "max": "maks",
    "min": "min",
    "range": "rentang",
    "text": "kata",
    "not_detected": "TTD",
    "none": "tanpa",
}
BOUNDS = {"max": ("limit_high",), "min": ("limit_low",), "range": ("limit_low", "limit_high")}
NAMES = {"limit_low": "Batas bawah", "limit_high": "Batas atas"}
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
NUMBER = re.compile(
    r"(?:(?P<mantissa>\d+(?:,\d+)?)\s*×\s*)?10(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<plain>\d+(?:\.\d{3})*(?:,\d+)?)"
)


def completed(limit: dict[str, Any]) -> dict[str, Any]:
    """The limit with its printed text made from the bounds, where none is written."""
    return {**limit, "limit_text": limit["limit_text"] or written(limit)}


def written(limit: dict[str, Any]) -> str:
    low, high = (_shown(limit[name]) for name in ("limit_low", "limit_high"))
    match limit["limit_kind"]:
        case "max":
            return f"maks {high}"
        case "min":
            return f"min {low}"
        case "range":
            return f"{low} – {high}"
        case "not_detected":
            return "TTD"
    return ""


def problems(limit: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a limit, by field; empty when its kind, bounds and printed text agree."""
    needed = BOUNDS.get(limit["limit_kind"], ())
    found = {name: f"{NAMES[name]} wajib diisi." for name in needed if limit[name] is None}
    found |= {
        name: f"{NAMES[name]} tidak dipakai untuk jenis batas ini."
        for name in NAMES
        if name not in needed and limit[name] is not None
    }
    if found:
        return found
    if limit["limit_kind"] == "range" and limit["limit_low"] > limit["limit_high"]:
        return {"limit_high": "Batas atas lebih kecil daripada batas bawah."}
    problem = _misprint(limit, needed)
    return {"limit_text": problem} if problem else {}


def _misprint(limit: dict[str, Any], needed: tuple[str, ...]) -> str | None:
    text = limit["limit_text"]
    if limit["limit_kind"] == "text":
        return None if text else "Tulis kata yang disyaratkan, misalnya normal."
    if limit["limit_kind"] == "not_detected":
        return None if text == "TTD" else "Batas tertulis untuk jenis ini adalah TTD."
    bounds = [limit[name] for name in needed]
    if needed and numbers(text) != bounds:
        return f"Batas tertulis “{text}” tidak sama dengan {' dan '.join(map(_shown, bounds))}."
    opposite = {"max": "min", "min": "maks"}.get(limit["limit_kind"])
    if opposite and text.lower().startswith(opposite):
        return f"Batas tertulis “{text}” berlawanan dengan jenis batasnya."
    return None


def numbers(text: str) -> list[Decimal]:
    """Every number of a printed limit, in order: `maks 1,0 × 10²`, `6,0 – 8,5`, `maks 10⁶`, `maks 3.000`."""
    return [_value(found) for found in NUMBER.finditer(text)]


def _value(found: re.Match[str]) -> Decimal:
    if found["power"]:
        mantissa = Decimal((found["mantissa"] or "1").replace(",", "."))
        return mantissa.scaleb(int(found["power"].translate(POWERS)))
    return Decimal(found["plain"].replace(".", "").replace(",", "."))


def _shown(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f").replace(".", ",")


def accepted_words(limit: Any) -> set[str]:
    """The words that meet a limit of words."""
    words = limit.limit_words.split(";") if limit.limit_words else [limit.limit_text]
    return {word.strip().lower() for word in words}
