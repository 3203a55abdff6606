"""A furnished office for the judges: demonstration orders in every state, and one of each thing that the demonstration lacks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from crawl import PASSWORD, Office

from chassis.db import new_id
from chassis.events import Event
from chassis.events.transports import connect
from deploy import demo, judges
from deploy.client import Person, picture, wait_for
from deploy.running import System


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with System(tmp_path_factory.mktemp("office")) as system:
        demo.main(system.base_url)
        furnish(system)
        yield Office(system.base_url)


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder with the judges."""
    return judges.fetch()


def furnish(system: System) -> None:
    admin = Person(system.base_url, "admin", PASSWORD)
    staff = admin.get("/api/v1/identity/staff", q="analis")["items"][0]["id"]
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    admin.post("/api/v1/identity/absences", {"user_id": staff, "from_on": day, "until_on": day})
    signatory = {"name": "Rina Contoh", "position": "Kepala Balai", "service": "testing", "valid_from": day}
    admin.post("/api/v1/documents/signatories", signatory)
    sheet = admin.ask("GET", "/api/v1/testing/imports/sheet").content
    admin.ask("POST", "/api/v1/testing/imports", expect=201, files={"file": ("katalog.xlsx", sheet)})
    cs = Person(system.base_url, "cs", PASSWORD)
    cs.post("/api/v1/identity/me/views", {"list": "testing/orders", "name": "Contoh", "query": "status=paid"})
    customer = Person(system.base_url, "pelanggan", PASSWORD)
    company = customer.get("/api/v1/identity/me")["customer_id"]
    paper = {"kind": "nib", "number": "9120001234567", "file": customer.upload("nib.png", picture())}
    customer.post(f"/api/v1/identity/customers/{company}/documents", paper)
    refuse_an_event(system, admin)


def refuse_an_event(system: System, admin: Person) -> None:
    """An event without its facts becomes a dead letter of whoever listens."""
    event = Event(
        id=str(new_id()), type="billing.invoice.paid", source="/svc-billing", time=datetime.now(UTC), partition_key="x", data={}
    )  # fmt: skip
    connect(f"sqlite:///{system.var}/bus.db").publish([event])
    path = "/api/v1/testing/dead-letters"
    wait_for(lambda: admin.get(path)["items"], "a dead letter", patience=60)
