"""Lists: search, filter, sort, keyset pages of any depth, a bounded count, and the same rows as xlsx."""

from __future__ import annotations

import base64
import io
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
import orjson
import sqlalchemy as sa
from flask import Response, current_app, request, url_for
from marshmallow import validate
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from chassis.db import db
from chassis.problems import BadForm

MAX_LIMIT, DEFAULT_LIMIT, COUNT_UP_TO, XLSX_ROWS = 200, 20, 1_000, 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


ONE_DAY = validate.Range(min=date(1900, 1, 1), max=date(2999, 12, 31))
NO_XML = re.compile("[^\\t\\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot say
NO_NUL = validate.Regexp(r"[^\x00]*\Z")  # PostgreSQL keeps no NUL character


class ListArgs(ma.Schema):
    """Query parameters every list knows; a list's own filters come on top."""

    class Meta:
        unknown = ma.EXCLUDE

    box = ma.fields.String(load_default="", validate=[validate.Length(max=60), NO_NUL])
    status = ma.fields.String(load_default="", validate=[validate.Length(max=200), NO_NUL])
    q = ma.fields.String(load_default="", validate=[validate.Length(max=100), NO_NUL])
    from_ = ma.fields.Date(data_key="from", load_default=None, allow_none=True, validate=ONE_DAY)
    to = ma.fields.Date(load_default=None, allow_none=True, validate=ONE_DAY)
    sort = ma.fields.String(load_default="", validate=[validate.Length(max=60), NO_NUL])
    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    cursor = ma.fields.String(load_default="", validate=validate.Length(max=500))
    format = ma.fields.String(load_default="", validate=validate.OneOf(["", "json", "xlsx"]))


@dataclass(frozen=True)
class Column:
    """One xlsx column: heading and how to read the cell from a row."""

    heading: str
    value: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list can be asked. `sorts` maps public names to non-null columns; `dated` is what `from` and `to` mean."""

    model: Any
    sorts: dict[str, Any]
    default_sort: str
    search: tuple[Any, ...] = ()
    filters: dict[str, Any] = field(default_factory=dict)
    dated: Any = None
    columns: tuple[Column, ...] = ()

    def narrow(self, query: sa.Select[Any], args: dict[str, Any]) -> sa.Select[Any]:
        """Apply status, q, from, to and the list's own filters."""
        if args.get("status") and hasattr(self.model, "status"):
            query = query.where(self.model.status.in_(args["status"].split(",")))
        for name, column in self.filters.items():
            if args.get(name) not in (None, ""):
                query = query.where(column == args[name])
        if self.search and (text := args.get("q", "").strip()):
            pattern = f"%{_escape(text.lower())}%"
            query = query.where(sa.or_(*(sa.func.lower(column).like(pattern, escape="\\") for column in self.search)))
        if self.dated is not None:
            if args.get("from_"):
                query = query.where(self.dated >= _midnight(args["from_"]))
            if args.get("to"):
                query = query.where(self.dated < _midnight(args["to"] + timedelta(days=1)))
        return query

    def answer(self, query: sa.Select[Any], args: dict[str, Any], dump: Callable[[list[Any]], list[Any]]) -> Any:
        """A page as `http.md` shows it, or the whole filter as xlsx. `dump` turns a page of rows into representations."""
        query = self.narrow(query, args)
        if args.get("format") == "xlsx" or (not args.get("format") and XLSX in request.headers.get("Accept", "")):
            return xlsx(self.columns, self._all(query, args["sort"]))
        rows, cursor = self.page(query, args)
        count, exact = bounded_count(query)
        return {"items": dump(rows), "next": cursor, "count": count, "count_is_exact": exact}

    def page(self, query: sa.Select[Any], args: dict[str, Any]) -> tuple[list[Any], str | None]:
        column, descending = self._sort(args.get("sort", ""))
        if args.get("cursor"):
            query = query.where(_after(column, self.model.id, descending, *_decode(args["cursor"], column)))
        query = query.order_by(*_order(column, self.model.id, descending)).limit(args["limit"] + 1)
        rows = list(db.session.scalars(query).unique())
        if len(rows) <= args["limit"]:
            return rows, None
        last = rows[args["limit"] - 1]
        return rows[: args["limit"]], _encode(getattr(last, column.key), last.id)

    def _all(self, query: sa.Select[Any], sort: str) -> Iterator[Any]:
        column, descending = self._sort(sort)
        query = query.order_by(*_order(column, self.model.id, descending)).limit(XLSX_ROWS)
        return iter(db.session.scalars(query).unique())

    def _sort(self, given: str) -> tuple[Any, bool]:
        wanted = given or self.default_sort
        name = wanted.removeprefix("-")
        if name not in self.sorts:
            raise BadForm("Urutan tidak dikenal.", errors={"sort": [f"Pilih salah satu: {', '.join(self.sorts)}."]})
        return self.sorts[name], wanted.startswith("-")


def bounded_count(query: sa.Select[Any]) -> tuple[int, bool]:
    """How many rows, counting no further than the bound; and whether that is all."""
    inner = (
        query.with_only_columns(sa.literal(1), maintain_column_froms=True)
        .order_by(None)
        .limit(COUNT_UP_TO + 1)
        .subquery()
    )
    found = db.session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0
    return min(found, COUNT_UP_TO), found <= COUNT_UP_TO


def _order(column: Any, identity: Any, descending: bool) -> tuple[Any, ...]:
    return (column.desc(), identity.desc()) if descending else (column.asc(), identity.asc())


def _after(column: Any, identity: Any, descending: bool, value: Any, last_id: uuid.UUID) -> Any:
    row, last = (
        sa.tuple_(column, identity),
        sa.tuple_(sa.literal(value, column.type), sa.literal(last_id, identity.type)),
    )
    return row < last if descending else row > last


def _encode(value: Any, last_id: uuid.UUID) -> str:
    plain = value.isoformat() if isinstance(value, datetime | date) else value
    return base64.urlsafe_b64encode(orjson.dumps([plain, str(last_id)])).decode().rstrip("=")


def _decode(cursor: str, column: Any) -> tuple[Any, uuid.UUID]:
    try:
        value, last_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _value(value, column.type.python_type), uuid.UUID(last_id)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadForm("Halaman tidak dikenal; mulai lagi dari awal.", errors={"cursor": ["Tidak berlaku."]}) from error


def _value(given: Any, kind: type[Any]) -> Any:
    """What a column of that kind can be compared with, on every database."""
    if kind is datetime:
        return _aware(datetime.fromisoformat(given))
    if kind is date:
        return date.fromisoformat(given)
    beyond = isinstance(given, int) and abs(given) >= 2**63
    if type(given) is not kind or beyond or (isinstance(given, str) and "\x00" in given):
        raise ValueError("another sort")
    return given


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("naive")
    return moment.astimezone(UTC)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _midnight(day: date) -> datetime:
    zone = ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
    return datetime.combine(day, time(), zone).astimezone(UTC)


def xlsx(columns: Iterable[Column], rows: Iterable[Any], name: str = "daftar") -> Response:
    """Typed cells; text from users is always text, never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    columns = list(columns)
    sheet.append([_cell(sheet, column.heading) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column.value(row)) for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    response = Response(buffer.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(current_app.config["OFFICE_TIMEZONE"])).replace(tzinfo=None)
    elif isinstance(value, uuid.UUID):
        value = str(value)
    elif isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, str):
        value = NO_XML.sub("", value)[:32_000]
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def self_link(**changes: Any) -> str:
    """The current list with other parameters."""
    return url_for(str(request.endpoint), **{**request.args.to_dict(), **changes})
