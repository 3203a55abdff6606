"""A database that is away is said to be away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import outages, testing
from chassis.db import db
from tests.core.engines import POSTGRESQL
from tests.core.library import create_app

NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"


def failure(url: str, statement: str) -> sa.exc.OperationalError:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as caught:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            connection.exec_driver_sql(statement)
        return caught.value
    finally:
        engine.dispose()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_its_database_a_service_asks_for_patience(tmp_path: Path, trusted: Path, method: str) -> None:
    app = create_app(**testing.settings("svc_library", tmp_path, trusted, NOBODY))

    answer = app.test_client().open(
        "/api/v1/library/entries", method=method, json={"word": "a"} if method == "POST" else None
    )

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json["detail"] == "Layanan sedang tidak dapat membaca datanya. Silakan coba lagi."


def test_a_locked_database_passes_and_a_wrong_statement_does_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    with closing(sqlite3.connect(f"{tmp_path}/x.db")) as holder:
        holder.execute("PRAGMA journal_mode=WAL")
        holder.execute("CREATE TABLE word (id INTEGER)")
        holder.execute("INSERT INTO word VALUES (1)")  # and holds the lock
        assert outages.is_passing(failure(url, "CREATE TABLE other (id INTEGER)"))

    assert not outages.is_passing(failure(url, "SELECT * FROM nowhere"))


@POSTGRESQL
def test_a_connection_that_breaks_after_the_answer_spoils_nothing(app: Flask) -> None:
    with app.app_context():
        own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:own)"), {"own": own})

    with app.app_context():
        assert db.session.scalar(sa.text("SELECT 1")) == 1
