from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask import current_app, g
from marshmallow import validate

from chassis import history
from chassis.auth import requires, signed_in
from chassis.db import atomic, now
from chassis.lists import NO_NUL
from chassis.problems import NotFound
from chassis.web import Blueprint
from svc_identity.calendar import rules
from svc_identity.calendar.models import KINDS, CalendarDay
from svc_identity.roles import ADMINS

bp = Blueprint("calendar", __name__, description="Kalender kerja")


class YearArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    year = ma.fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=2000, max=2100))


class DayForm(ma.Schema):
    kind = ma.fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    note = ma.fields.String(required=True, validate=[validate.Length(min=1, max=200), NO_NUL])


def present_day(day: CalendarDay) -> dict[str, Any]:
    return {"date": day.falls_on.isoformat(), "kind": day.kind, "kind_label": KINDS[day.kind], "note": day.note}


@bp.get("/calendar")
@bp.arguments(YearArgs, location="query")
@bp.response(200)
@signed_in
def list_days(args: dict[str, Any]) -> Any:
    """Hari libur satu tahun"""
    year = args["year"] or _this_year()
    return {"year": year, "items": [present_day(day) for day in rules.list_days(year)]}


@bp.put("/calendar/days/<falls_on>")
@bp.arguments(DayForm)
@bp.response(200)
@requires(*ADMINS)
@atomic
def put_day(form: dict[str, Any], falls_on: str) -> Any:
    """Tetapkan hari libur"""
    return present_day(rules.put(_day(falls_on), g.principal, **form))


@bp.delete("/calendar/days/<falls_on>")
@bp.response(204)
@requires(*ADMINS)
@atomic
def remove_day(falls_on: str) -> Any:
    """Hapus hari libur"""
    rules.remove(_day(falls_on), g.principal)
    return "", 204


@bp.get("/calendar/history")
@bp.arguments(YearArgs, location="query")
@bp.response(200)
@requires(*ADMINS)
def calendar_history(args: dict[str, Any]) -> Any:
    """Riwayat kalender kerja"""
    return {"items": [history.present(row) for row in history.of(rules.root_of(args["year"] or _this_year()))]}


def _this_year() -> int:
    return now().astimezone(ZoneInfo(current_app.config["OFFICE_TIMEZONE"])).year


def _day(text: str) -> date:
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise NotFound("Tanggal ditulis TTTT-BB-HH.") from error
    if not 2000 <= found.year <= 2100:
        raise NotFound("Kalender kerja memuat tahun 2000 sampai 2100.")
    return found
