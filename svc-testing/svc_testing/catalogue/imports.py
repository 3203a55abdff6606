"""Bringing a sheet in: what it would change is shown first, then all of it is applied in one transaction, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from chassis.auth import Principal
from chassis.db import db, now
from chassis.history import record
from chassis.problems import BadForm, Conflict
from chassis.workflow import Act
from svc_testing.catalogue import cells, limits, sheets
from svc_testing.catalogue.models import CatalogueImport, Parameter, Standard
from svc_testing.catalogue.sheets import PARAMETERS, STANDARDS, Column, Reading, Table
from svc_testing.catalogue.workflow import IMPORT, PARAMETER, STANDARD

MOST_COMPLAINTS = 200
MOST_CHANGES = 500  # each is a row of history; more would outlast the gateway's patience on a busy machine
Row = dict[str, Any]
Key = tuple[Any, ...]


def propose(file_name: str, content: bytes, principal: Principal) -> CatalogueImport:
    """Read the file and keep what it would change. Raises BadForm with every complaint, by row and column."""
    try:
        readings = sheets.read_workbook(content)
    except sheets.BadSheet as error:
        raise _refused(list(error.complaints)) from error
    catalogue = _Catalogue()
    rows = {table.title: readings[table.title].rows for table in sheets.TABLES}
    complaints = [*_complaints(readings), *_doubts(rows, catalogue, units=catalogue.units)]
    changes = _difference(rows, catalogue)
    complaints += _of_old_editions(rows, changes, catalogue)
    if len(changes) > MOST_CHANGES:
        complaints.append(f"Berkas mengubah {len(changes)} baris; paling banyak {MOST_CHANGES} sekali impor.")
    if complaints:
        raise _refused(complaints)
    kept = {
        title: [{name: _plain(value) for name, value in row.items()} for row in found] for title, found in rows.items()
    }
    proposal = CatalogueImport(
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        brought_by=principal.name[:200],
        rows=kept,
        changes=changes,
        status="proposed",
    )
    created: CatalogueImport = IMPORT.created(proposal, principal, note=file_name[:200])
    return created


def _refused(complaints: list[str]) -> BadForm:
    more = len(complaints) - MOST_COMPLAINTS
    told = complaints[:MOST_COMPLAINTS] + ([f"… dan {more} kesalahan lain."] if more > 0 else [])
    return BadForm(f"Berkas berisi {len(complaints)} kesalahan; tidak ada yang diubah.", errors={"file": told})


def _complaints(readings: dict[str, Reading]) -> list[str]:
    return [text for reading in readings.values() for text in reading.complaints]


def export() -> bytes:
    """The whole catalogue as it is offered now; brought in again it changes nothing."""
    catalogue = _Catalogue()
    return sheets.write_workbook({table.title: catalogue.rows(table) for table in sheets.TABLES})


class _Catalogue:
    """What there is, by the key of its sheet."""

    def __init__(self, *, locked: bool = False) -> None:
        standards = sa.select(Standard).where(Standard.status != "deleted").order_by(Standard.code)
        parameters = (
            sa.select(Parameter)
            .join(Standard)
            .where(Parameter.status != "deleted", Standard.status != "deleted")
            .options(joinedload(Parameter.standard))
            .order_by(Standard.code, Parameter.position, Parameter.id)
        )
        if locked:
            standards, parameters = standards.with_for_update(), parameters.with_for_update(of=Parameter)
        self.standards = {(each.code,): each for each in db.session.scalars(standards)}
        self.parameters = {(each.standard.code, each.name): each for each in db.session.scalars(parameters)}

    def things(self, table: Table) -> dict[Key, Any]:
        return self.standards if table is STANDARDS else self.parameters

    def rows(self, table: Table) -> Iterable[Row]:
        return (_row_of(table, thing) for thing in self.things(table).values())

    @property
    def units(self) -> set[str]:
        return {parameter.unit for parameter in self.parameters.values()}


def _row_of(table: Table, thing: Any) -> Row:
    if isinstance(thing, Standard):
        return {column.name: getattr(thing, column.name) for column in table.columns}
    own = {column.name: getattr(thing, column.name) for column in table.columns if column.name != "standard"}
    return {"standard": thing.standard.code, **own}


# what is wrong with rows that can be read


def _doubts(rows: dict[str, list[Row]], catalogue: _Catalogue, *, units: Collection[str]) -> Iterable[str]:
    known = {row["code"] for row in rows[STANDARDS.title]} | {code for (code,) in catalogue.standards}
    for row in rows[STANDARDS.title]:
        if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield _doubt(STANDARDS, row, "valid_to", "sebelum tanggal mulai berlaku")
    for row in rows[PARAMETERS.title]:
        row |= limits.completed(row)
        if row["standard"] not in known:
            yield _doubt(PARAMETERS, row, "standard", f"standar “{row['standard']}” tidak dikenal")
        if units and row["unit"] not in units:
            yield _doubt(PARAMETERS, row, "unit", f"satuan “{row['unit']}” tidak dikenal")
        for name, problem in limits.problems(row).items():
            yield _doubt(PARAMETERS, row, name, problem.rstrip("."))


def _of_old_editions(rows: dict[str, list[Row]], changes: list[Row], catalogue: _Catalogue) -> Iterable[str]:
    old = {each.code for each in catalogue.standards.values() if each.status != "current"}
    for change in changes:
        if change["key"][0] in old:
            table = STANDARDS if change["table"] == STANDARDS.title else PARAMETERS
            yield _doubt(table, change, table.key[0], "edisi ini sudah digantikan dan tidak diubah lagi")


def _doubt(table: Table, row: Row, name: str, reason: str) -> str:
    heading = next(column.heading for column in table.columns if column.name == name)
    return sheets.complaint(table, row["row"], heading, reason)


# what would change


def _difference(rows: dict[str, list[Row]], catalogue: _Catalogue) -> list[Row]:
    return [
        change
        for table in sheets.TABLES
        for row in rows[table.title]
        if (change := _change(table, row, catalogue.things(table)))
    ]


def _change(table: Table, row: Row, things: dict[Key, Any]) -> Row | None:
    key = tuple(row[name] for name in table.key)
    about = {"table": table.title, "row": row["row"], "key": list(key)}
    if (thing := things.get(key)) is None:
        return {**about, "kind": "added", "changes": {}}
    before = _row_of(table, thing)
    changes = {
        column.name: [_plain(before[column.name]), _plain(row[column.name])]
        for column in table.columns
        if before[column.name] != row[column.name]
    }
    return {**about, "kind": _kind(changes), "changes": changes} if changes else None


def _kind(changes: dict[str, list[Any]]) -> str:
    before, after = changes.get("blocked_note", ("", ""))
    if bool(before) == bool(after):
        return "changed"
    return "blocked" if after else "unblocked"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _typed(table: Table, row: Row) -> Row:
    return {"row": row["row"], **{column.name: _revived(column, row[column.name]) for column in table.columns}}


def _revived(column: Column, value: Any) -> Any:
    if value is None or value == "":
        return value
    if column.read is cells.exact:
        return Decimal(value)
    return date.fromisoformat(value) if column.read is cells.day else value


# applying


@IMPORT.guard("changes_something")
def changes_something(act: Act) -> str | None:
    return None if act.thing.changes else "Berkas ini sama dengan katalog; tidak ada yang perlu diterapkan."


@IMPORT.effect("apply")
def apply(act: Act) -> None:
    """All of it, unless the catalogue has changed since it was compared."""
    rows = {table.title: [_typed(table, row) for row in act.thing.rows[table.title]] for table in sheets.TABLES}
    catalogue = _Catalogue(locked=True)
    if _difference(rows, catalogue) != act.thing.changes:
        raise Conflict("Katalog berubah sejak berkas ini dibandingkan. Buang impor ini, lalu unggah kembali.")
    write(rows, act.thing.changes, catalogue, act.principal, note=f"Impor {act.thing.file_name}")


def write(
    rows: dict[str, list[Row]], changes: list[Row], catalogue: _Catalogue, principal: Principal, *, note: str
) -> None:
    found = {
        (table.title, *(row[name] for name in table.key)): row for table in sheets.TABLES for row in rows[table.title]
    }
    for change in changes:
        row = found[(change["table"], *change["key"])]
        table = STANDARDS if change["table"] == STANDARDS.title else PARAMETERS
        thing = catalogue.things(table).get(tuple(change["key"]))
        if thing is None:
            _add(table, row, catalogue, principal, note=note)
        else:
            _alter(table, thing, row, change, principal, note=note)


def _add(table: Table, row: Row, catalogue: _Catalogue, principal: Principal, *, note: str) -> None:
    facts = {column.name: row[column.name] for column in table.columns}
    if table is STANDARDS:
        standard = STANDARD.created(Standard(status="current", **facts), principal, note=note)
        catalogue.standards[(standard.code,)] = standard
        return
    standard = catalogue.standards[(facts.pop("standard"),)]
    parameter = PARAMETER.created(Parameter(standard=standard, status="offered", **facts), principal, note=note)
    _set_block(parameter, row["blocked_note"])


def _alter(table: Table, thing: Any, row: Row, change: Row, principal: Principal, *, note: str) -> None:
    was = thing.status
    for name in change["changes"]:
        setattr(thing, name, row[name])
    if "blocked_note" in change["changes"]:
        _set_block(thing, row["blocked_note"])
    thing.version += 1
    kind = "testing.standard" if table is STANDARDS else "testing.parameter"
    states = {"from_status": was, "to_status": thing.status, "version": thing.version}
    record(thing.id, kind, thing.id, "import", principal, note=note, changes=change["changes"], **states)


def _set_block(parameter: Parameter, note: str) -> None:
    is_blocked = bool(note)
    if is_blocked != parameter.is_blocked:
        parameter.status = "blocked" if is_blocked else "offered"
        parameter.status_since = now()
        parameter.blocked_at = now() if is_blocked else None
    parameter.blocked_note = note


def load_seed(readings: dict[str, Reading], principal: Principal) -> None:
    """Bring in what is not there yet; what an office has changed stays as it is."""
    catalogue = _Catalogue()
    rows = {title: reading.rows for title, reading in readings.items()}
    faults = [*_complaints(readings), *_doubts(rows, catalogue, units=())]  # the seed itself says which units there are
    assert not faults, faults
    added = [change for change in _difference(rows, catalogue) if change["kind"] == "added"]
    fresh = {tuple(change["key"]) for change in added if change["table"] == STANDARDS.title}
    wanted = [change for change in added if tuple(change["key"][:1]) in fresh]
    write(rows, wanted, catalogue, principal, note="Katalog awal")
