"""History Pelanggan and History Admin: who did what in this service, newest first, searchable."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
import sqlalchemy as sa
from flask import current_app
from marshmallow import validate

from chassis.auth import requires
from chassis.db import db, now
from chassis.history import History, present
from chassis.lists import DEFAULT_LIMIT, MAX_LIMIT, NO_NUL, ONE_DAY
from chassis.web import Blueprint

ADMINS = ("super_admin", "admin")
DAYS = 31
SLACK = timedelta(hours=1)  # an id is made before the act's moment is read, and clocks of several machines differ
NOBODY = ("", "system")
PEOPLE = ("customers", "staff", "system")

bp = Blueprint("activity", __name__, description="Riwayat: siapa melakukan apa")


class ActivityArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    who = ma.fields.String(load_default="staff", validate=validate.OneOf(PEOPLE))
    q = ma.fields.String(load_default="", validate=[validate.Length(max=100), NO_NUL])
    from_ = ma.fields.Date(data_key="from", load_default=None, allow_none=True, validate=ONE_DAY)
    to = ma.fields.Date(load_default=None, allow_none=True, validate=ONE_DAY)
    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    before = ma.fields.UUID(load_default=None, allow_none=True)


@bp.get("/activity")
@bp.arguments(ActivityArgs, location="query")
@bp.response(200)
@requires(*ADMINS)
def list_activity(args: dict[str, Any]) -> Any:
    """Riwayat pelanggan dan pegawai"""
    rows = list(db.session.scalars(_asked(args).limit(args["limit"] + 1)))
    shown = rows[: args["limit"]]
    more = str(shown[-1].id) if len(rows) > len(shown) else None
    return {"items": [{**present(row), "root_id": str(row.root_id)} for row in shown], "next": more}


def _asked(args: dict[str, Any]) -> sa.Select[Any]:
    """Ids follow time, so the primary key gives the newest first and the pages; a period bounds what is looked at."""
    last = args["to"] or date(2999, 12, 30)
    first = args["from_"] or _first_day(args["to"])
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    query = sa.select(History).where(History.at >= begin, History.at < end, _who(args["who"]))
    query = query.where(History.id >= _first_id(begin - SLACK), History.id < _first_id(end + SLACK))
    if args["before"]:
        query = query.where(History.id < args["before"])
    if text := args["q"].strip():
        query = query.where(_said(text))
    return query.order_by(History.id.desc())


def _midnight(day: date) -> datetime:
    zone = ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
    return datetime.combine(day, time(), zone)


def _first_id(moment: datetime) -> uuid.UUID:
    """The least UUIDv7 of that moment: with it the primary key bounds what is looked at."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def _first_day(last: date | None) -> date:
    return (last or now().date()) - timedelta(days=DAYS)


def _who(who: str) -> sa.ColumnElement[bool]:
    if who == "customers":
        return History.actor_roles == "customer"
    return History.actor_roles.in_(NOBODY) if who == "system" else History.actor_roles.not_in((*NOBODY, "customer"))


def _said(text: str) -> sa.ColumnElement[bool]:
    """Somebody's name, a note, a value that changed, an act, or the id of a thing."""
    pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    told = sa.func.lower(sa.cast(History.private, sa.Text)).like(pattern, escape="\\")
    found = [told, History.transition == text.lower(), sa.func.lower(History.thing).like(pattern, escape="\\")]
    try:
        key = uuid.UUID(text)
        found += [History.root_id == key, History.thing_id == key]
    except ValueError:
        pass
    return sa.or_(*found)
