"""How a schema change runs. Forward only."""

from __future__ import annotations

import importlib
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from chassis import history, idempotency, numbering
from chassis.db import Base, ExactDecimal, JSONType, UTCDateTime, db
from chassis.events import dead_letters, inbox, outbox
from chassis.exports import models as exports

LOCK = 8_080_001
TRIGRAMS = "_trgm"  # indexes of PostgreSQL alone, written by hand in the migrations
SHARED = (history, idempotency, numbering, dead_letters, inbox, outbox, exports)  # so that their tables are known
OUR_TYPES = (UTCDateTime, ExactDecimal, JSONType)


def run() -> None:
    importlib.import_module("chassis.numbering")  # its tables belong to every service, also to one that numbers nothing
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _on_sqlite(connection)
        else:
            # Several copies of a service may start at once: one of them changes the schema, the others wait.
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            connection.commit()
            _migrate(connection)


def _on_sqlite(connection: Connection) -> None:
    """A batch change copies a table and drops the old one: with foreign keys on, that would delete the children."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        _migrate(connection)
        orphans = raw.execute("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"rows without their parents: {orphans[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=_differs,
        render_item=_render,
        include_object=_belongs,
        process_revision_directives=_nothing_when_empty,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def _of_the_chassis() -> set[str]:
    ours = [mapper for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("chassis.")]
    return {table.name for mapper in ours for table in mapper.tables if isinstance(table, sa.Table)}


def _belongs(item: Any, name: str | None, kind: str, reflected: bool, counterpart: Any) -> bool:
    """While a step of one branch is written, the tables of the other are not looked at."""
    if kind == "index" and (name or "").endswith(TRIGRAMS):
        return False
    branch = current_app.extensions.get("migration_branch")
    table = name if kind == "table" else item.table.name
    return branch is None or (table in _of_the_chassis()) == (branch == "chassis")


def _differs(context: Any, inspected: Any, declared: Any, inspected_type: Any, declared_type: Any) -> bool | None:
    """Our own types keep their text or number columns on every database; alembic cannot see through them."""
    return False if isinstance(declared_type, OUR_TYPES) else None


def _render(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, OUR_TYPES):
        autogenerate.imports.add(f"from chassis.db import {type(item).__name__}")
        return f"{type(item).__name__}()"
    return False


def _nothing_when_empty(migration: Any, revision: Any, directives: list[Any]) -> None:
    writing = current_app.extensions.get("migration_branch")
    if writing and directives and directives[0].upgrade_ops.is_empty():
        directives.clear()
        print("nothing changed")  # noqa: T201 - answers the person who asked for a new step


run()
