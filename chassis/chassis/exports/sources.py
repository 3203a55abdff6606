"""The lists of a service that can be had whole: as a sheet, as a print, or as ids to act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import current_app

from chassis.auth import Principal
from chassis.db import db
from chassis.exports import cells
from chassis.lists import WHOLE, Column, ListArgs, Listing
from chassis.problems import BadForm, Conflict, NotAllowed, NotFound, flat

AT_ONCE = 2_000
MOST_IDS = 500
GENERAL = {"q": "Pencarian", "from_": "Dari tanggal", "to": "Sampai tanggal"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """`name` is the last part of the list's address; `select(args)` the rows that the caller may see, before the filters."""

    name: str
    listing: Listing
    select: Callable[[dict[str, Any]], sa.Select[Any]]
    args: type[ListArgs] = ListArgs
    roles: frozenset[str] = frozenset()

    def read_args(self, given: Any) -> dict[str, Any]:
        try:
            read: dict[str, Any] = self.args().load(given)
        except ma.ValidationError as wrong:
            raise BadForm("Saringan tidak dapat dibaca.", errors=flat(wrong.messages)) from wrong
        return read

    def query(self, args: dict[str, Any]) -> sa.Select[Any]:
        return self.listing.narrow(self.select(args), args)


def find(name: str, principal: Principal) -> Source:
    found: Source | None = current_app.extensions["chassis"].extra.get("lists", {}).get(name)
    if found is None:
        raise NotFound("Daftar ini tidak dikenal.")
    if found.roles and not principal.has(*found.roles):
        raise NotAllowed()
    return found


def words(listing: Listing, args: dict[str, Any]) -> list[str]:
    """The filters in words, as a print says them."""
    said = [word.say(args[name]) for name, word in listing.words.items() if args.get(name) not in (None, "", False)]
    return said + [f"{label}: {_day(args[name])}" for name, label in GENERAL.items() if args.get(name)]


def _day(value: Any) -> str:
    return f"{value:%d-%m-%Y}" if hasattr(value, "strftime") else str(value)


def count_up_to(query: sa.Select[Any], most: int) -> int:
    """How many rows, counting no further than one beyond `most`."""
    few = query.with_only_columns(sa.literal(1), maintain_column_froms=True).order_by(None).limit(most + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(few)) or 0


def packed(columns: tuple[Column, ...], rows: Any) -> Iterator[list[Any]]:
    return ([cells.pack(column.value(row)) for column in columns] for row in rows)


def all_rows(listing: Listing, query: sa.Select[Any], args: dict[str, Any]) -> dict[str, Any]:
    """`format=rows`: every row of the filter as a print shows it, AT_ONCE at most."""
    if count_up_to(query, AT_ONCE) > AT_ONCE:
        raise Conflict(f"Lebih dari {AT_ONCE:n} baris. Persempit saringan, atau minta sebagai berkas.")
    columns = listing.chosen(args.get("columns", ""))
    rows = list(packed(columns, listing.all(query, args.get("sort", ""), AT_ONCE)))
    headings = [column.heading for column in columns]
    return {"heading": listing.heading, "words": words(listing, args), "columns": headings, "rows": rows}


def all_ids(listing: Listing, query: sa.Select[Any], args: dict[str, Any]) -> dict[str, Any]:
    """`format=ids`: what "all of this filter" is, MOST_IDS of it at most."""
    found = db.session.scalars(
        query.with_only_columns(listing.model.id, maintain_column_froms=True).limit(MOST_IDS + 1)
    )
    ids = [str(each) for each in found]
    return {"ids": ids[:MOST_IDS], "has_more": len(ids) > MOST_IDS}


WHOLE.update(rows=all_rows, ids=all_ids)
