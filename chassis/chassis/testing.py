"""pytest plugin: a service with its own database, people to call it, and events to feed it."""

from __future__ import annotations

import importlib
import json
import os
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from chassis import keys
from chassis.auth import Principal
from chassis.db import atomic, db, new_id, now

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"


def example(kind: str) -> dict[str, Any]:
    """The example envelope of an event, from `contracts/events`."""
    envelope: dict[str, Any] = json.loads((CONTRACTS / "events" / f"{kind}.json").read_text())
    return envelope


class Calls:
    """A test client that speaks as one principal through the gateway's token."""

    def __init__(self, client: FlaskClient, signer: keys.Signer, audience: str, person: Principal) -> None:
        self._client, self._signer, self._audience, self.person = client, signer, audience, person

    def token(self) -> str:
        who = self.person
        claims = {
            "sub": who.id,
            "name": who.name,
            "roles": sorted(who.roles),
            "customer_id": who.customer_id,
            "sid": who.session_id,
        }
        return self._signer.sign(
            self._audience, lifetime=60, kind=who.kind, scope=who.scope, ip="127.0.0.1", rid=uuid.uuid4().hex, **claims
        )

    def open(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token()}", **kwargs.pop("headers", {})}
        return self._client.open(path, method=method, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.open("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> Any:
        return self.open("POST", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> Any:
        return self.open("PATCH", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> Any:
        return self.open("PUT", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.open("DELETE", path, **kwargs)


@pytest.fixture(scope="session")
def service_package(request: pytest.FixtureRequest) -> str:
    """The package under test: `svc-testing/tests` tests `svc_testing`."""
    for folder in Path(str(request.config.invocation_params.dir), *request.config.args[:1]).resolve().parents:
        if re.fullmatch(r"svc-[a-z]+", folder.name):
            return folder.name.replace("-", "_")
    folder = Path(request.config.args[0].split("::")[0]).resolve()
    return folder.name.replace("-", "_")


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of fresh keys for the gateway and every service."""
    folder = tmp_path_factory.mktemp("keys")
    services = sorted(path.name for path in ROOT.glob("svc-*"))
    for issuer in ("gateway", "identity", *services):
        keys.generate(issuer, folder)
    return folder


@contextmanager
def database(folder: Path, label: str) -> Iterator[str]:
    """The address of a fresh database: SQLite, or PostgreSQL when TEST_DATABASE_URL names a server."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{folder}/{label}.db"
        return
    name = f"zc_test_{label}_{uuid.uuid4().hex[:8]}"
    admin = sa.create_engine(
        make_url(server.replace("postgresql://", "postgresql+psycopg://")), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


def settings(package: str, folder: Path, trusted: Path, url: str) -> dict[str, Any]:
    return {
        "environment": "test",
        "database_url": url,
        "bus_url": f"sqlite:///{folder}/bus.db",
        "celery_broker_url": f"lite:///{folder}/jobs.db",
        "key_file": str(trusted / f"{package.replace('_', '-')}.json"),
        "trust_dir": str(trusted / "public"),
        "log_level": "WARNING",
    }


@pytest.fixture(scope="session")
def app_settings() -> dict[str, Any]:
    """Settings of the service under test beyond the common ones; override in its conftest."""
    return {}


@pytest.fixture(scope="session")
def _migrated(
    service_package: str, trusted: Path, tmp_path_factory: pytest.TempPathFactory, app_settings: dict[str, Any]
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp(service_package)
    module = importlib.import_module(service_package)
    with database(folder, service_package) as url:
        app = module.create_app(**settings(service_package, folder, trusted, url), **app_settings)
        app.testing = True
        with app.app_context():
            upgrade(revision="heads")
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(_migrated: Flask) -> Iterator[Flask]:
    """The service on an empty database. No context is pushed for the requests: each has its own."""
    _empty(_migrated)
    yield _migrated
    with _migrated.app_context():
        db.session.remove()


def _empty(app: Flask) -> None:
    with app.app_context():
        with db.engine.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.rollback()
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            for table in reversed(db.metadata.sorted_tables):
                connection.execute(table.delete())
            connection.commit()
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                connection.commit()
        db.session.remove()


Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def pictures() -> dict[str, Rows]:
    """Filled databases by name, as the first test that needed one left them."""
    return {}


@pytest.fixture
def prepared(app: Flask, pictures: dict[str, Rows]) -> Callable[[str, Callable[[], None]], None]:
    """`prepared("office", fill)`: the empty database is filled, by `fill` the first time and from a copy of its rows after."""

    def prepare(name: str, fill: Callable[[], None]) -> None:
        if name in pictures:
            _lay(app, pictures[name])
            return
        fill()
        pictures[name] = _picture(app)

    return prepare


def _picture(app: Flask) -> Rows:
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in db.metadata.sorted_tables
        }


def _lay(app: Flask, rows: Rows) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for table in db.metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(table.insert(), rows[table.name])


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context for tests that call rules directly."""
    with app.app_context():
        yield app


@pytest.fixture
def as_(app: Flask, trusted: Path) -> Callable[..., Calls]:
    """`as_("treasurer")` or `as_("customer", customer_id=…)`: a client speaking as that person."""
    signer = keys.Signer.from_file("gateway", trusted / "gateway.json")
    chassis = app.extensions["chassis"]

    def speak(
        *roles: str, id: str | None = None, name: str = "", customer_id: Any = None, kind: str = "user", **more: Any
    ) -> Calls:
        label = roles[0] if roles else "nobody"
        person = Principal(
            id=id or str(uuid.uuid5(uuid.NAMESPACE_DNS, label)),
            name=name or label,
            roles=frozenset(roles),
            customer_id=str(customer_id) if customer_id else None,
            kind=kind,
            **more,
        )
        return Calls(app.test_client(), signer, chassis.source, person)

    return speak


@pytest.fixture
def as_service(app: Flask, trusted: Path) -> Callable[[str], Calls]:
    """`as_service("svc-documents")`: a client with another service's own token."""

    def speak(name: str) -> Calls:
        signer = keys.Signer.from_file(name, trusted / f"{name}.json")
        return Calls(app.test_client(), signer, app.extensions["chassis"].source, Principal(id=name, kind="service"))

    return speak


@pytest.fixture
def deliver(app: Flask) -> Callable[..., None]:
    """`deliver(type, data, times=1)`: the event reaches the inbox `times` times and the handlers run."""
    from chassis.events import Event, handling, inbox

    def send(kind: str, data: dict[str, Any], *, times: int = 1, id: str | None = None, **more: Any) -> None:
        event = Event(
            id=id or str(new_id()),
            type=kind,
            source=f"/svc-{kind.split('.')[0]}",
            time=more.pop("time", None) or now(),
            partition_key=str(data.get("order_id") or more.pop("partition_key", None) or uuid.uuid4()),
            data=data,
            **more,
        )
        for _ in range(times):
            with app.app_context():
                inbox.store([event.to_json()])
            handling.drain(app)

    return send


@pytest.fixture
def published(app: Flask) -> Callable[..., Any]:
    """Types of the events in the outbox, oldest first; `published(full=True)` gives (type, data)."""
    from chassis.events.outbox import Outbox

    def look(*, full: bool = False, prefix: str = "") -> list[Any]:
        with app.app_context():
            rows = db.session.scalars(sa.select(Outbox).order_by(Outbox.seq)).all()
            found = [(row.type, row.data) for row in rows if row.type.startswith(prefix)]
            db.session.remove()
        return found if full else [kind for kind, _ in found]

    return look


@pytest.fixture
def statements(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """How many SQL statements a call makes."""

    def count(call: Callable[[], Any]) -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    return count


def same_shape(actual: Any, wanted: Any, path: str = "data") -> list[str]:
    """Where `actual` differs in keys or JSON types from the example `wanted`; null matches anything."""
    if actual is None or wanted is None:
        return []
    if isinstance(wanted, dict) and isinstance(actual, dict):
        missing = [f"{path}.{key} is missing" for key in wanted.keys() - actual.keys()]
        extra = [f"{path}.{key} is not in the contract" for key in actual.keys() - wanted.keys()]
        return (
            missing
            + extra
            + [
                f
                for key in wanted.keys() & actual.keys()
                for f in same_shape(actual[key], wanted[key], f"{path}.{key}")
            ]
        )
    if isinstance(wanted, list) and isinstance(actual, list):
        return [f for item in actual for f in same_shape(item, wanted[0], f"{path}[]")] if wanted else []
    numbers = (int, float)
    alike = type(actual) is type(wanted) or (
        isinstance(actual, numbers)
        and isinstance(wanted, numbers)
        and bool is not type(actual)
        and bool is not type(wanted)
    )
    return [] if alike else [f"{path} is {type(actual).__name__}, the contract says {type(wanted).__name__}"]


__all__ = ["Calls", "atomic", "database", "example", "same_shape"]
