"""How numbers look: the series of this service with their last number and the next one as it would be."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import g, request

from chassis import history, numbering
from chassis.auth import requires
from chassis.db import atomic, db, now
from chassis.lists import ListArgs
from chassis.numbering import Counter, Series
from chassis.problems import BadForm, NotFound, StaleVersion
from chassis.web import Blueprint, json_body, represent
from chassis.workflow import text
from chassis.workflow.forms import read, schema
from svc_testing.catalogue.workflow import KEEPERS, READERS

LABELS = {
    "testing.pre_order": "Nomor pre-order",
    "testing.order": "Nomor order",
    "testing.analysis": "Nomor analisis",
    "testing.report": "Nomor laporan",
}
FIELDS = "{n} nomor urut, {n:05d} dengan nol di depan, {year} tahun, {month} bulan, {roman} bulan romawi"
FORM = (text("template", "Bentuk nomor", required=True, max=120, hint=FIELDS),)
UNIQUE_WITH_YEAR = {"testing.order"}  # the year stands beside the number in its own column

bp = Blueprint("series", __name__, description="Nomor analisis, nomor laporan, dan deret lain")


@bp.get("/series")
@bp.arguments(ListArgs, location="query")
@bp.response(200)
@requires(*READERS)
def list_series(args: dict[str, Any]) -> Any:
    """Deret nomor"""
    found = db.session.scalars(sa.select(Series).where(Series.code.in_(LABELS)))
    known = list(LABELS)
    items = [_present(series) for series in sorted(found, key=lambda each: known.index(each.code))]
    wanted = args["q"].lower()
    items = [item for item in items if wanted in f"{item['number']} {item['template']}".lower()]
    return {"items": items, "count": len(items)}


@bp.get("/series/<uuid:series_id>")
@bp.response(200)
@requires(*READERS)
def show_series(series_id: uuid.UUID) -> Any:
    """Satu deret nomor"""
    return represent(_present(_get(series_id)))


@bp.post("/series/<uuid:series_id>/preview")
@bp.arguments(schema(FORM, name="SeriesPreview"))
@bp.response(200)
@requires(*KEEPERS)
def preview(form: dict[str, Any], series_id: uuid.UUID) -> Any:
    """Nomor berikutnya dengan bentuk yang diketik"""
    series = _get(series_id)
    return {"next": _next(series, _checked(series, form["template"]))}


@bp.post("/series/<uuid:series_id>/actions/edit")
@bp.doc(requestBody={"content": {"application/json": {"schema": schema(FORM, name="SeriesForm")}}})
@bp.response(200)
@requires(*KEEPERS)
@atomic
def edit_series(series_id: uuid.UUID) -> Any:
    """Ubah bentuk nomor"""
    series = db.session.get(Series, series_id, with_for_update=True)
    if series is None or series.code not in LABELS:
        raise NotFound()
    _check_version(series)
    before, after = series.template, _checked(series, read(FORM, json_body())["template"])
    series.template = after
    version = _version(series) + 1
    changes = {"template": [before, after]} if before != after else {}
    history.record(series.id, "testing.series", series.id, "edit", g.principal, version=version, changes=changes)
    return represent(_present(series))


@bp.get("/series/<uuid:series_id>/history")
@bp.response(200)
@requires(*READERS)
def series_history(series_id: uuid.UUID) -> Any:
    """Riwayat"""
    return {"items": [history.present(row) for row in history.of(_get(series_id).id)]}


def _get(series_id: uuid.UUID) -> Series:
    series = db.session.get(Series, series_id)
    if series is None or series.code not in LABELS:
        raise NotFound()
    return series


def _checked(series: Series, template: str) -> str:
    """Safe, and never the same number twice. Raises BadForm."""
    template = numbering.checked(template)
    if series.resets_yearly and "{year}" not in template and series.code not in UNIQUE_WITH_YEAR:
        raise BadForm(errors={"template": ["Nomor mulai dari 1 tiap tahun, jadi harus memuat {year}."]})
    return template


def _version(series: Series) -> int:
    """A series has no version column: its acts are counted."""
    return len(history.of(series.id)) + 1


def _check_version(series: Series) -> None:
    wanted = (request.headers.get("If-Match") or "*").strip('" W/')
    if wanted not in ("*", str(_version(series))):
        raise StaleVersion("Data sudah diubah orang lain. Muat ulang lalu periksa kembali.")


def _last(series: Series) -> int:
    year = numbering.local(now()).year if series.resets_yearly else 0
    return db.session.scalar(sa.select(Counter.last).filter_by(code=series.code, year=year)) or 0


def _next(series: Series, template: str) -> str:
    return numbering.render(template, n=_last(series) + 1, at=numbering.local(now()))


def _present(series: Series) -> dict[str, Any]:
    href = f"/api/v1/testing/series/{series.id}"
    edit = {
        "name": "edit",
        "label": "Edit",
        "method": "POST",
        "href": f"{href}/actions/edit",
        "fields": [field.describe() | {"value": series.template} for field in FORM],
    }
    return {
        "id": str(series.id),
        "version": _version(series),
        "number": LABELS[series.code],
        "code": series.code,
        "template": series.template,
        "resets_yearly": series.resets_yearly,
        "last": _last(series),
        "next": _next(series, series.template),
        "actions": [edit] if g.principal.has(*KEEPERS) else [],
        "links": {"self": href, "history": f"{href}/history"},
    }
