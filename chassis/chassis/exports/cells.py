"""Values of rows on their way through JSON: a date comes out as a date."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

READERS: dict[str, Callable[[str], Any]] = {
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "number": Decimal,
}


def pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": format(value, "f")}
    if isinstance(value, uuid.UUID):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, text)] = value.items()
    return READERS[kind](text)
