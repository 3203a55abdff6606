"""Histories and messages as people read them: newest first, what belongs together told once, the rest folded away."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from gateway.formatters import as_day, as_moment, number, short_date, short_moment

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SHOWN_AT_ONCE = 8
MESSAGES_AT_ONCE = 5


def by_day(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows (newest first) → [{day, entries, rest}]: the first day open with its newest entries, the others folded."""
    days = [(day, _entries(list(of_day))) for day, of_day in groupby(rows, key=lambda row: as_day(row["at"]))]
    return [
        {"day": day, "is_open": not index, "entries": entries[:SHOWN_AT_ONCE], "rest": entries[SHOWN_AT_ONCE:]}
        for index, (day, entries) in enumerate(days)
    ]


def in_words(value: Any) -> str:
    """A changed value as people write it; "" where there is none. Ids say nothing to a person and are left out."""
    if isinstance(value, dict):
        return ", ".join(shown for each in value.values() if (shown := in_words(each)))
    if isinstance(value, list):
        return f"{len(value)} baris" if value else ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if not isinstance(value, str):
        return "" if value is None else number(value)
    if UUID.fullmatch(value):
        return ""
    if "T" in value and as_moment(value):
        return short_moment(value)
    return short_date(value) if len(value) == 10 and as_day(value) else value


def told_once(messages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for what was said to several people or over several channels; what failed is named first."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for message in messages:
        groups.setdefault((message["title"], message["created_at"][:16]), []).append(message)
    return [{**same[0], "ways": sorted(same, key=_failed_first)} for same in groups.values()]


def _failed_first(message: dict[str, Any]) -> tuple[bool, str]:
    return (message.get("status") or {}).get("code") not in ("failed", "exhausted"), message.get("channel", "")


def _entries(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = [list(same) for _, same in groupby(rows, key=_what)]
    return [{**same[0], "times": len(same), "changed": _changed(same)} for same in told]


def _what(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["thing"], row["act"], row["to"], row["actor"]["id"], row["note"]


def _changed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    changes = [change for row in reversed(rows) for change in row["changed"]]
    told = [{**each, "before": in_words(each["before"]), "after": in_words(each["after"])} for each in changes]
    return [each for each in told if each["before"] != each["after"]]
