"""For the tests of every folder: the real engines of this run, and no way out of this machine."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest


def _engine(variable: str) -> str:
    address = os.environ.get(variable)
    if not address:
        pytest.skip(f"{variable} is not set; `make test` starts the engines")
    return address


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """A PostgreSQL server on which a test may create databases of its own."""
    return _engine("TEST_POSTGRESQL_URL")


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """A RabbitMQ; use queue names of your own."""
    return _engine("TEST_AMQP_URL")


@pytest.fixture(scope="session")
def redis_url() -> str:
    return _engine("TEST_REDIS_URL")


@pytest.fixture(scope="session", autouse=True)
def _this_machine_only() -> Iterator[None]:
    """A test that talks to anybody else is a mistake."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
