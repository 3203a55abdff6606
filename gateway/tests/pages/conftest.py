from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.keys import Signer

sys.path.insert(0, str(Path(__file__).parent))

from reader import Reader
from running import running_gateway
from shelf import Shelf

SERVICES = ("identity", "testing", "billing", "documents", "notify")


@pytest.fixture(scope="session")
def shared_shelf(access_signer: Signer) -> Iterator[Shelf]:
    shelf = Shelf(access_signer)
    yield shelf
    shelf.close()


@pytest.fixture
def shelf(shared_shelf: Shelf) -> Shelf:
    """The services, as they were recorded; what an earlier test said to them is forgotten."""
    shared_shelf.forget()
    return shared_shelf


@pytest.fixture(scope="session")
def pages(shared_shelf: Shelf, key_file: Path) -> Iterator[str]:
    peers = dict.fromkeys(SERVICES, shared_shelf.address)
    limits = {
        "LIMIT_API": "100000/minute",
        "LIMIT_LOGIN": "1000/minute",
        "LIMIT_REGISTRATION": "1000/hour",
        "LIMIT_TRACKING": "1000/hour",
    }
    with running_gateway(peers, key_file, BREAKER_FAILURES="1000", **limits) as gateway:
        yield f"http://127.0.0.1:{gateway.port}"


@pytest.fixture(scope="session")
def signed_in(pages: str) -> dict[str, Reader]:
    return {}


@pytest.fixture
def client(pages: str, shelf: Shelf, signed_in: dict[str, Reader]) -> Callable[[str], Reader]:
    """Somebody who reads pages and stumbles over bad ones: `client("cs").get("/beranda")`."""

    def reader(username: str = "") -> Reader:
        if username not in signed_in:
            signed_in[username] = Reader(pages)
            if username:
                signed_in[username].sign_in(username)
            shelf.sent.clear()
        return signed_in[username]

    return reader
