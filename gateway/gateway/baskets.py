"""The basket of Cek Tarif: chosen parameters, kept in the address of the page, so that it works for strangers and without scripts."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterable
from typing import Any

MOST = 80  # addresses longer than 4,094 characters are refused, also when the login page carries them along


def short(key: str) -> str:
    """A key in 22 letters."""
    return base64.urlsafe_b64encode(uuid.UUID(key).bytes).decode().rstrip("=")


def keys(shorts: Iterable[str]) -> list[str]:
    """The keys in the order they were chosen, each once; what is none is passed over."""
    found = (_key(each) for each in shorts)
    return list(dict.fromkeys(key for key in found if key))[:MOST]


def _key(given: str) -> str | None:
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))))
    except (ValueError, binascii.Error):
        return None


def filled(standards: list[dict[str, Any]], chosen: list[str]) -> list[dict[str, Any]]:
    """The chosen parameters by standard, as the catalogue has them now; blocked ones are named and cost nothing."""
    wanted = set(chosen)
    rows = [
        {"standard": standard, "parameters": [each for each in standard["parameters"] if each["id"] in wanted]}
        for standard in standards
    ]
    return [row for row in rows if row["parameters"]]


def amount(rows: list[dict[str, Any]]) -> int:
    return sum(each["price_amount"] for row in rows for each in row["parameters"] if not each["is_blocked"])


def matching(standards: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    """Standards whose name holds the words, with all parameters, and else those with parameters that do."""
    words = wanted.casefold().split()
    if not words:
        return [standard | {"shown": standard["parameters"]} for standard in standards]
    found = [standard | {"shown": _shown(standard, words)} for standard in standards]
    return [standard for standard in found if standard["shown"]]


def _shown(standard: dict[str, Any], words: list[str]) -> list[dict[str, Any]]:
    name = f"{standard['code']} {standard['title']} {standard['matrix']}"
    return [
        each
        for each in standard["parameters"]
        if _holds(name, words) or _holds(f"{name} {each['parameter']} {each['method']}", words)
    ]


def _holds(text: str, words: list[str]) -> bool:
    plain = text.casefold()
    return all(word in plain for word in words)
