"""Bar charts by month, laid out here and drawn as SVG by a template: no script, no picture file."""

from __future__ import annotations

import math
from typing import Any

from flask import Flask

from gateway.formatters import DASH, MONTHS, number, percent, rupiah

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 220, 72, 28, 16
STEPS = (1, 2, 4, 8, 10)


def drawn(chart: dict[str, Any]) -> dict[str, Any]:
    """Where each bar of a chart stands, its grid, and the whole in words for who does not see it."""
    top = 100.0 if chart["kind"] == "percent" else _ceiling(_largest(chart))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "grid": [{"y": _y(top * part / 4, top), "label": _short(top * part / 4, chart["kind"])} for part in range(5)],
        "bars": _bars(chart, top),
        "marks": [
            {"x": _x(at, len(chart["months"])), "label": _mark(month)} for at, month in enumerate(chart["months"])
        ],
        "words": _words(chart),
    }


def month_name(month: str) -> str:
    """2026-11 → November 2026."""
    year, _, n = month.partition("-")
    return f"{MONTHS[int(n) - 1]} {year}"


def value_text(value: Any, kind: str) -> str:
    if value is None:
        return DASH
    return {"percent": percent, "money": rupiah}.get(kind, number)(value)


def register(app: Flask) -> None:
    app.jinja_env.filters.update(drawn=drawn, month_name=month_name, chart_value=value_text)


def _bars(chart: dict[str, Any], top: float) -> list[dict[str, Any]]:
    months, series = chart["months"], chart["series"]
    room = (WIDTH - LEFT) / max(1, len(months))
    width = room * 0.7 / len(series)
    bars = []
    for at, month in enumerate(months):
        for place, each in enumerate(series):
            value = each["values"][at]
            if value:
                y = _y(value, top)
                bars.append(
                    {
                        "series": place,
                        "x": round(_x(at, len(months)) - room * 0.35 + place * width, 1),
                        "y": y,
                        "width": round(width * 0.92, 1),
                        "height": round(HEIGHT - BOTTOM - y, 1),
                        "words": f"{month_name(month)}, {each['label']}: {value_text(value, chart['kind'])}",
                    }
                )
    return bars


def _x(at: int, months: int) -> float:
    return round(LEFT + (WIDTH - LEFT) / max(1, months) * (at + 0.5), 1)


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _largest(chart: dict[str, Any]) -> float:
    return max((value or 0 for each in chart["series"] for value in each["values"]), default=0)


def _ceiling(largest: float) -> float:
    """A round number not below the largest, that four grid lines divide well."""
    if largest <= 4:
        return 4.0
    power = 10 ** math.floor(math.log10(largest))
    return next(float(step * power) for step in STEPS if step * power >= largest)


def _short(value: float, kind: str) -> str:
    if kind == "percent":
        return f"{value:.0f} %"
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} jt".replace(".", ",")
    if value >= 10_000:
        return f"{value / 1_000:g} rb".replace(".", ",")
    return f"{value:g}".replace(".", ",")


def _mark(month: str) -> str:
    return MONTHS[int(month[5:7]) - 1][:3]


def _words(chart: dict[str, Any]) -> str:
    last = chart["months"][-1]
    told = [f"{each['label']} {value_text(each['values'][-1], chart['kind'])}" for each in chart["series"]]
    return f"{chart['label']}, {len(chart['months'])} bulan; {month_name(last)}: {', '.join(told)}"
