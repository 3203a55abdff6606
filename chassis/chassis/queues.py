"""What waits for somebody in this service, soonest promise first, with the one next act of each thing. A service declares
lanes; every service answers `GET /queue` in the same shape, so that a home page can lay the answers together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
import sqlalchemy as sa
from flask import current_app, g

from chassis.auth import Principal, signed_in
from chassis.db import db, now
from chassis.lists import bounded_count
from chassis.web import Blueprint
from chassis.workflow.engine import flow_of

SHOWN = 30  # of each lane, and of all lanes together


@dataclass(frozen=True, kw_only=True)
class Step:
    """Acts that may be the next one, the best first, on the thing itself or on the things `of` it."""

    names: tuple[str, ...]
    of: Callable[[Any], Iterable[Any]] = lambda thing: (thing,)


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One kind of waiting. `rows` selects what the person may see and has to do; `due` is the SQL of what was promised, a day
    or a moment; `since` a column saying how long it has waited. `describe` gives number, title, about and links of a row."""

    box: str
    label: str
    roles: tuple[str, ...]
    href: str
    rows: Callable[[Principal], sa.Select[Any]]
    since: Any
    describe: Callable[[Any, Principal], dict[str, Any]]
    due: Callable[[Principal], Any] = lambda principal: sa.null()
    steps: tuple[Step, ...] = ()
    open_label: str = "Buka"


class QueueArgs(ma.Schema):
    """`items=false`: only how many wait, for the numbers in a menu."""

    class Meta:
        unknown = ma.EXCLUDE

    items = ma.fields.Boolean(load_default=True)


def blueprint(lanes: Sequence[Lane]) -> Blueprint:
    bp = Blueprint("queue", __name__, description="Antrean kerja saya")

    @bp.get("/queue")
    @bp.arguments(QueueArgs, location="query")
    @bp.response(200)
    @signed_in
    def show_queue(args: dict[str, Any]) -> Any:
        """Antrean kerja saya: yang dijanjikan paling awal di atas"""
        return queue_of(g.principal, lanes, with_items=args["items"])

    return bp


def queue_of(principal: Principal, lanes: Sequence[Lane], *, with_items: bool = True) -> dict[str, Any]:
    """Two statements for each lane and what its rows load, however many rows wait."""
    mine = [lane for lane in lanes if principal.has(*lane.roles)]
    entries = [entry for lane in mine for entry in _entries(lane, principal)] if with_items else []
    today = now().astimezone(_zone()).date()
    entries.sort(key=lambda entry: place(entry["due_on"], entry["since"], today))
    return {"items": entries[:SHOWN], "lanes": [_counted(lane, principal) for lane in mine]}


def place(due_on: str | None, since: str, today: date) -> tuple[int, str]:
    """Order of work: what is promised for today or was promised earlier, then what has no promise and so waits only for
    this person, then what is promised for later."""
    if due_on is None:
        return (1, since)
    return (0 if due_on <= today.isoformat() else 2, due_on)


def _entries(lane: Lane, principal: Principal) -> Iterable[dict[str, Any]]:
    rows, due = lane.rows(principal), lane.due(principal)
    identity = rows.column_descriptions[0]["entity"].id
    soonest = rows.add_columns(sa.label("due", due)).order_by(sa.nulls_last(sa.asc("due")), lane.since, identity)
    for thing, promised in db.session.execute(soonest.limit(SHOWN)).unique():
        yield {
            "id": str(thing.id),
            "box": lane.box,
            "status": flow_of(thing).present_status(thing),
            "due_on": _day(promised),
            "since": getattr(thing, lane.since.key).isoformat(),
            "open_label": lane.open_label,
            "act": _next_act(lane.steps, thing, principal),
            **lane.describe(thing, principal),
        }


def _day(promised: date | datetime | None) -> str | None:
    if isinstance(promised, datetime):
        promised = promised.astimezone(_zone()).date()
    return promised.isoformat() if promised else None


def _next_act(steps: tuple[Step, ...], thing: Any, principal: Principal) -> dict[str, str] | None:
    """The first act of the declared ones that this person may do now; its form is read when it is opened."""
    for step in steps:
        for part in step.of(thing):
            flow = flow_of(part)
            for name in step.names:
                if flow.can(part, name, principal):
                    href = f"/api/v1/{flow.service}/{flow.prefix}/{part.id}/actions/{name}"
                    return {"name": name, "label": flow.transitions[name].label, "method": "POST", "href": href}
    return None


def _counted(lane: Lane, principal: Principal) -> dict[str, Any]:
    count, exact = bounded_count(lane.rows(principal))
    return {"box": lane.box, "label": lane.label, "count": count, "count_is_exact": exact, "href": lane.href}


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
