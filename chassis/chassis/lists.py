"""Lists: search, filter, sort, keyset pages of any depth, a bounded count, and the same rows as xlsx."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
import orjson
import sqlalchemy as sa
from flask import Response, current_app, request, url_for
from marshmallow import validate

from chassis import sheets
from chassis.db import db
from chassis.problems import BadForm

MAX_LIMIT, DEFAULT_LIMIT, COUNT_UP_TO, XLSX_ROWS = 200, 20, 1_000, 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_NUMBERED = 2**53
BACK = "~"  # begins the cursor of the page before

# format → what answers with the whole filter; `chassis.exports` adds its own
WHOLE: dict[str, Callable[[Any, sa.Select[Any], dict[str, Any]], Any]] = {}

# of a column: does it hold what was typed?
Like = Callable[[Any], sa.ColumnElement[bool]]

ONE_DAY = validate.Range(min=date(1900, 1, 1), max=date(2999, 12, 31))
NOT_A_NAME = re.compile("[^a-z0-9]+")
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
    format = ma.fields.String(load_default="", validate=validate.OneOf(["", "json", "xlsx", "pdf", "rows", "ids"]))
    columns = ma.fields.String(load_default="", validate=[validate.Length(max=300), NO_NUL])


@dataclass(frozen=True)
class Column:
    """One column of sheets and prints: heading, how to read the cell from a row, and its name in `columns=`."""

    heading: str
    value: Callable[[Any], Any]
    code: str = ""

    @property
    def name(self) -> str:
        return self.code or NOT_A_NAME.sub("_", self.heading.lower())


@dataclass(frozen=True)
class Word:
    """How a print says a filter: its label, and what its value is called (a mapping, or a function of the value)."""

    label: str
    values: Callable[[str], str] | dict[str, str] = str

    def say(self, value: Any) -> str:
        given = str(value)
        return f"{self.label}: {self.values.get(given, given) if isinstance(self.values, dict) else self.values(given)}"


@dataclass(frozen=True)
class Turn:
    """One page, the cursors of the pages before and after it, and the running number of its first row.

    A cursor carries the number of its row, so that counting goes on through the pages without counting what lies before.
    """

    rows: list[Any]
    before: str | None
    after: str | None
    start: int


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list can be asked. `sorts` maps public names to non-null columns; `dated` is what `from` and `to` mean.

    A list that is read often names the columns it `shows`: then these are read instead of whole objects, and `made`
    turns the rows of a page into what `dump` and the xlsx columns look at. A list whose words stand in several tables says
    besides how it `finds` them: no index helps where one `or` looks into two tables.
    """

    model: Any
    sorts: dict[str, Any]
    default_sort: str
    search: tuple[Any, ...] = ()
    finds: Callable[[Like], sa.ColumnElement[bool]] | None = None
    filters: dict[str, Any] = field(default_factory=dict)
    dated: Any = None
    columns: tuple[Column, ...] = ()
    heading: str = ""
    words: dict[str, Word] = field(default_factory=dict)
    shows: tuple[Any, ...] = ()
    made: Callable[[Sequence[Any]], list[Any]] = list

    def narrow(self, query: sa.Select[Any], args: dict[str, Any]) -> sa.Select[Any]:
        """Apply status, q, from, to and the list's own filters."""
        query, text = self._filtered(query, args), self._typed(args)
        return query.where(self._found(text)) if text else query

    def _filtered(self, query: sa.Select[Any], args: dict[str, Any]) -> sa.Select[Any]:
        if args.get("status") and hasattr(self.model, "status"):
            query = query.where(self.model.status.in_(args["status"].split(",")))
        for name, column in self.filters.items():
            if args.get(name) not in (None, ""):
                query = query.where(column == args[name])
        if self.dated is not None:
            if args.get("from_"):
                query = query.where(self.dated >= _midnight(args["from_"]))
            if args.get("to"):
                query = query.where(self.dated < _midnight(args["to"] + timedelta(days=1)))
        return query

    def _typed(self, args: dict[str, Any]) -> str:
        return args.get("q", "").strip().lower() if self.search else ""

    def _found(self, text: str) -> sa.ColumnElement[bool]:
        return self.finds(_like(text)) if self.finds else self._holds(text)

    def _holds(self, text: str) -> sa.ColumnElement[bool]:
        return sa.or_(*(_like(text)(column) for column in self.search))

    def answer(self, query: sa.Select[Any], args: dict[str, Any], dump: Callable[[list[Any]], list[Any]]) -> Any:
        """A page as `http.md` shows it, or the whole filter otherwise. `dump` turns a page of rows into representations."""
        if args.get("format") == "xlsx" or (not args.get("format") and XLSX in request.headers.get("Accept", "")):
            return xlsx(self.chosen(args.get("columns", "")), self.all(self.narrow(query, args), args["sort"]))
        if args.get("format") in WHOLE:
            return WHOLE[args["format"]](self, self.narrow(query, args), args)
        query, count, exact = self._counted(self._filtered(query, args), self._typed(args))
        turn = self.turn(query, args)
        around = {"next": turn.after, "previous": turn.before, "start": turn.start}
        return {"items": dump(turn.rows), **around, "count": count, "count_is_exact": exact}

    def _counted(self, query: sa.Select[Any], text: str) -> tuple[sa.Select[Any], int, bool]:
        """The count. What few carry is looked for once, the page then takes it by its keys; what many carry is met on the way
        along the order of the list."""
        if not text:
            return query, *bounded_count(query)
        keys = (
            query.where(self._found(text)).with_only_columns(self.model.id, maintain_column_froms=True).order_by(None)
        )
        found = db.session.scalars(sa.select(keys.limit(COUNT_UP_TO + 1).subquery())).all()
        is_all = len(found) <= COUNT_UP_TO
        condition = self.model.id.in_(found) if is_all else self._holds(text)
        return query.where(condition), min(len(found), COUNT_UP_TO), is_all

    def page(self, query: sa.Select[Any], args: dict[str, Any]) -> tuple[list[Any], str | None]:
        turn = self.turn(query, args)
        return turn.rows, turn.after

    def turn(self, query: sa.Select[Any], args: dict[str, Any]) -> Turn:
        column, descending = self._sort(args.get("sort", ""))
        given = args.get("cursor", "")
        is_back = given.startswith(BACK)
        passed = 0
        if given:
            *place, passed = _decode(given.removeprefix(BACK), column)
            query = query.where(_after(column, self.model.id, descending != is_back, *place))
        query = query.order_by(*_order(column, self.model.id, descending != is_back)).limit(args["limit"] + 1)
        rows = self._read(query)
        has_more, rows = len(rows) > args["limit"], rows[: args["limit"]]
        if is_back:
            rows.reverse()
        has_before, has_after = (has_more, True) if is_back else (bool(given), has_more)
        start = 1 if not has_before else max(passed - len(rows), 1) if is_back else passed + 1
        if not rows:
            return Turn(rows, None, None, start)
        first = _encode(getattr(rows[0], column.key), rows[0].id, start)
        last = _encode(getattr(rows[-1], column.key), rows[-1].id, start + len(rows) - 1)
        return Turn(rows, BACK + first if has_before else None, last if has_after else None, start)

    def all(self, query: sa.Select[Any], sort: str, limit: int = XLSX_ROWS) -> Iterator[Any]:
        column, descending = self._sort(sort)
        query = query.order_by(*_order(column, self.model.id, descending)).limit(limit)
        return iter(self._read(query))

    def _read(self, query: sa.Select[Any]) -> list[Any]:
        if not self.shows:
            return list(db.session.scalars(query).unique())
        return self.made(db.session.execute(query.with_only_columns(*self.shows)).all())

    def chosen(self, names: str) -> tuple[Column, ...]:
        """The columns named, in the order of the declaration; all when none of them is known."""
        wanted = set(names.split(","))
        return tuple(column for column in self.columns if column.name in wanted) or self.columns

    def check_sort(self, given: str) -> None:
        """Raises BadForm for a sort that is not declared."""
        self._sort(given)

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


def _encode(value: Any, last_id: uuid.UUID, number: int = 0) -> str:
    plain = value.isoformat() if isinstance(value, datetime | date) else value
    return base64.urlsafe_b64encode(orjson.dumps([plain, str(last_id), number])).decode().rstrip("=")


def _decode(cursor: str, column: Any) -> tuple[Any, uuid.UUID, int]:
    try:
        value, last_id, *more = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _value(value, column.type.python_type), uuid.UUID(last_id), _number(more)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadForm("Halaman tidak dikenal; mulai lagi dari awal.", errors={"cursor": ["Tidak berlaku."]}) from error


def _number(more: list[Any]) -> int:
    """Of the row the cursor stands for; cursors of an earlier version carry none."""
    number = more[0] if more else 0
    if type(number) is not int or len(more) > 1 or not 0 <= number < MOST_NUMBERED:
        raise ValueError("another cursor")
    return number


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


def _like(text: str) -> Like:
    pattern = f"%{_escape(text)}%"
    return lambda column: sa.func.lower(column).like(pattern, escape="\\")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _midnight(day: date) -> datetime:
    zone = ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
    return datetime.combine(day, time(), zone).astimezone(UTC)


def xlsx(columns: Iterable[Column], rows: Iterable[Any], name: str = "daftar") -> Response:
    """The rows as a sheet."""
    columns = list(columns)
    values = ([column.value(row) for column in columns] for row in rows)
    response = Response(sheets.write_list([column.heading for column in columns], values), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def self_link(**changes: Any) -> str:
    """The current list with other parameters."""
    return url_for(str(request.endpoint), **{**request.args.to_dict(), **changes})
