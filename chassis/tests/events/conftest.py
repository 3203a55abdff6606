"""Real engines for the tests of events. One that is missing is named: a skip here, a failure with CI=true."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pika
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from chassis.db import url_of
from chassis.events.transports.embedded import Embedded
from chassis.events.transports.rabbitmq import RabbitMQ
from tests.events.carriers import Carrier
from tests.events.stations import Station

ADDRESSES = {
    "PostgreSQL": ("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    "RabbitMQ": ("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/%2f"),
    "Redis": ("TEST_REDIS_URL", "redis://127.0.0.1:6379/9"),
}


def address(engine: str) -> str:
    """Where the engine is. Without it the test cannot say anything."""
    variable, default = ADDRESSES[engine]
    url = os.environ.get(variable, default)
    parts = urlsplit(url)
    try:
        socket.create_connection((str(parts.hostname), parts.port or 0), timeout=2).close()
    except OSError:
        missing = f"{engine} does not answer at {parts.hostname}:{parts.port} ({variable}); this test did not run"
        if os.environ.get("CI", "") in ("true", "1"):
            pytest.fail(missing)
        pytest.skip(missing)
    return url


@pytest.fixture
def redis_url() -> str:
    return address("Redis")


@pytest.fixture
def amqp_url() -> str:
    return address("RabbitMQ")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/station.db"
        return
    server = make_url(url_of(address("PostgreSQL")))
    name = f"zc_events_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield server.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.real)])
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Carrier]:
    """Each transport, with queue names nobody else uses."""
    mark = uuid.uuid4().hex[:10]
    if request.param == "embedded":
        yield Carrier(
            "embedded", mark, lambda: Embedded(f"{tmp_path}/bus.db", lease_seconds=0.5), f"sqlite:///{tmp_path}/bus.db"
        )
        return
    url = address("RabbitMQ")
    made = Carrier("rabbitmq", mark, lambda: RabbitMQ(url, exchange=f"test.{mark}"), url)
    yield made
    made.close()
    remove(url, f"test.{mark}", made.queues)


def remove(url: str, exchange: str, queues: set[str]) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for name in queues:
        channel.queue_delete(name)
        channel.queue_delete(f"{name}.dead")
    for name in (exchange, f"{exchange}.dead") if exchange else ():
        channel.exchange_delete(name)
    connection.close()


@pytest.fixture
def station(tmp_path: Path, database_url: str) -> Iterator[Station]:
    """A small service on each database, with the embedded bus."""
    made = Station.make(tmp_path, database_url, f"sqlite:///{tmp_path}/bus.db")
    yield made
    made.close()
