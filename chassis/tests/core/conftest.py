"""The library on each database, made once and emptied for each test."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from chassis import keys, testing
from chassis.db import atomic, db, url_of
from tests.core.library import create_app
from tests.core.library.models import Copy, Loan
from tests.core.library.workflow import COPY, LOAN

CUSTOMER = uuid.UUID("0199d000-0000-7000-8000-000000000001")
STRANGER = uuid.UUID("0199d000-0000-7000-8000-000000000002")
ISSUERS = ("gateway", "svc-library", "svc-catalogue", "svc-cellar", "svc-documents")


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for issuer in ISSUERS:
        keys.generate(issuer, folder)
    return folder


@contextmanager
def installation(url: str, folder: Path, trusted: Path) -> Iterator[Flask]:
    app = create_app(**testing.settings("svc_library", folder, trusted, url))
    app.testing = True
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _do_not_wait_for_the_disk)
        upgrade(revision="chassis@head")
        db.create_all()
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    name = f"zc_core_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(url_of(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def library_on(
    request: pytest.FixtureRequest, trusted: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Flask]]:
    made: dict[str, Flask] = {}
    with ExitStack() as stack:

        def find(engine: str) -> Flask:
            if engine not in made:
                folder = tmp_path_factory.mktemp(f"library-{engine}")
                url = f"sqlite:///{folder}/library.db"
                if engine == "postgresql":
                    url = stack.enter_context(postgresql_database(request.getfixturevalue("postgresql_url")))
                made[engine] = stack.enter_context(installation(url, folder, trusted))
            return made[engine]

        yield find


@pytest.fixture
def app(request: pytest.FixtureRequest, library_on: Callable[[str], Flask]) -> Iterator[Flask]:
    """The library on SQLite; with the mark `BOTH` on PostgreSQL as well."""
    app = library_on(getattr(request, "param", "sqlite"))
    testing._empty(app)
    yield app
    with app.app_context():
        db.session.remove()


@pytest.fixture
def loan(context: Flask) -> Callable[..., Loan]:
    """`loan("asked", titles=("Hujan",))`: a loan of CUSTOMER in that state."""

    @atomic
    def make(status: str = "drafted", *, titles: tuple[str, ...] = ("Laskar", "Hujan"), **columns: Any) -> Loan:
        made = Loan(status="drafted", **{"customer_id": CUSTOMER, **columns})
        LOAN.created(made, testing.Principal(id="maker", name="Pembuat"))
        for title in titles:
            COPY.created(Copy(status="out", title=title, loan=made), testing.Principal(id="maker"))
        made.status = status
        return made

    return make
