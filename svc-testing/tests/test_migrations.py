"""What a step does to the data of an installation that is already at work."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

import svc_testing
from chassis.db import db
from chassis.testing import database, settings

ANYTHING = {sa.Integer: 1, sa.Boolean: False, sa.Numeric: 1, sa.DateTime: sa.func.current_timestamp()}


def add(connection: sa.Connection, name: str, /, **facts: Any) -> None:
    """A row of the table as it is at this step, with anything where nothing is said."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    needed = [column for column in table.columns if not column.nullable and column.server_default is None]
    row = {column.name: _anything(column.type) for column in needed}
    connection.execute(table.insert().values(row | facts))


def _anything(kind: Any) -> Any:
    return next((value for known, value in ANYTHING.items() if isinstance(kind, known)), "x")


def test_working_notes_leave_the_catalogue_and_sources_of_the_office_stay(tmp_path: Path, trusted: Any) -> None:
    notes = {"C": "", "C/M": "", "§4.7": "", "SNI 3554:2015": "SNI 3554:2015", "C dari kami": "C dari kami"}
    with database(tmp_path, "testing_migrations") as url:
        app = svc_testing.create_app(**settings("svc_testing", tmp_path, trusted, url))
        with app.app_context():
            upgrade(revision="svc_testing_0009")
            with db.engine.begin() as connection:
                for note in notes:
                    standard, own = uuid.uuid4().hex, uuid.uuid4().hex
                    add(connection, "standard", id=standard, code=note, source=note)
                    add(connection, "parameter", id=own, standard_id=standard, name=note, source_note=note)
            upgrade(revision="heads")
            with db.engine.connect() as connection:
                of_parameters = connection.execute(sa.text("SELECT name, source_note FROM parameter")).all()
                of_standards = connection.execute(sa.text("SELECT code, source FROM standard")).all()
            db.engine.dispose()

    assert {row[0]: row[1] for row in of_parameters} == notes
    assert {row[0]: row[1] for row in of_standards} == notes


def test_who_was_a_supervisor_or_an_analyst_is_known_from_what_they_did(tmp_path: Path, trusted: Any) -> None:
    left, other, now = (uuid.uuid4().hex for _ in range(3))
    with database(tmp_path, "testing_migrations") as url:
        app = svc_testing.create_app(**settings("svc_testing", tmp_path, trusted, url))
        with app.app_context():
            upgrade(revision="svc_testing_0008")
            with db.engine.begin() as connection:
                for key, roles in ((left, "[]"), (other, "[]"), (now, '[{"role": "analyst", "scope": null}]')):
                    add(connection, "staff_copy", id=key, roles=roles)
                add(connection, "standard", id=(standard := uuid.uuid4().hex))
                add(connection, "test_order", id=(order := uuid.uuid4().hex), customer_id=order, created_by=order)
                add(
                    connection,
                    "sample",
                    id=(sample := uuid.uuid4().hex),
                    order_id=order,
                    standard_id=standard,
                    supervisor_id=left,
                )
                add(
                    connection,
                    "analysis",
                    id=uuid.uuid4().hex,
                    sample_id=sample,
                    analyst_id=other,
                    supervisor_id=now,
                )
            upgrade(revision="svc_testing_0009")
            with db.engine.connect() as connection:
                rows = connection.execute(sa.text("SELECT id, roles_ever FROM staff_copy")).all()
            db.engine.dispose()

    assert {uuid.UUID(str(key)).hex: had for key, had in rows} == {
        left: '["supervisor"]',
        other: '["analyst"]',
        now: '["analyst", "supervisor"]',
    }
