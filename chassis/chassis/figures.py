"""Numbers for those who lead, in one shape for all services: groups of counts that link to their lists, charts by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from chassis.db import db, now

MONTHS_SHOWN = 12


def figure(label: str, value: int, href: str = "", kind: str = "count") -> dict[str, Any]:
    return {"label": label, "value": value, "href": href, "kind": kind}


def chart(label: str, kind: str, months: Sequence[date], **series: Sequence[float | None]) -> dict[str, Any]:
    """`kind`: count, percent or money; a series for each label, a value for each month."""
    rows = [{"label": name, "values": list(values)} for name, values in series.items()]
    return {"label": label, "kind": kind, "months": [f"{month:%Y-%m}" for month in months], "series": rows}


def last_months(count: int = MONTHS_SHOWN) -> list[date]:
    """First days of the last months on the office's clock, this one last."""
    today = now().astimezone(_zone()).date()
    numbers = range(today.year * 12 + today.month - count, today.year * 12 + today.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def by_month(
    column: Any, months: Sequence[date], *values: Any, where: Any = None, source: Any = None
) -> list[tuple[Any, ...]]:
    """The aggregates `values` of the rows whose `column`, a day or a moment, falls into each month; one statement."""
    edges = [_edge(month, column) for month in months]
    month = sa.case(*((column < edge, place) for place, edge in enumerate(edges[1:])), else_=len(months) - 1).label(
        "month"
    )
    query = sa.select(month, *values).where(column >= edges[0]).group_by("month")
    if source is not None:
        query = query.select_from(source)
    if where is not None:
        query = query.where(where)
    found = {row[0]: tuple(row[1:]) for row in db.session.execute(query)}
    return [found.get(place, (0,) * len(values)) for place in range(len(months))]


def share(part: int | None, whole: int | None) -> float | None:
    """Percent with one digit; nothing of nothing is no share."""
    return round(100 * int(part or 0) / whole, 1) if whole else None


def _edge(month: date, column: Any) -> Any:
    if isinstance(column.type, sa.Date):
        return month
    return datetime.combine(month, time(), _zone()).astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
