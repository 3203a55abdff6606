from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from chassis.db import atomic, db, now
from svc_billing import tasks
from svc_billing.models import Contract, Invoice

pytest_plugins = ["chassis.testing"]

START = datetime(2026, 8, 18, 2, 0, 0, tzinfo=UTC)
FIRST = "0199d000-0000-7000-8000-000000000001"
OTHER = "0199d000-0000-7000-8000-000000000002"
FORWARDER = "0199d000-0000-7000-8000-0000000000c5"
FILE = "0199d000-0000-7000-8000-00000000f11e"
TOTAL = 2_120_000


class Desk:
    """The money desk: orders come in by events, the treasurer acts through the API, time passes."""

    FIRST, OTHER, FORWARDER, FILE, TOTAL, START = FIRST, OTHER, FORWARDER, FILE, TOTAL, START

    def __init__(self, app: Flask, as_: Callable[..., Any], deliver: Callable[..., None], clock: Any) -> None:
        self.app, self.as_, self.deliver, self.clock = app, as_, deliver, clock
        self.treasurer = as_("treasurer", name="Bendahara")
        self.customer = as_("customer", customer_id=FIRST)
        self._counter = itertools.count(1)

    def forward(self, **changes: Any) -> dict[str, Any]:
        """An order is forwarded; answers with what the event said."""
        facts = self.order(**changes)
        self.deliver("testing.order.forwarded", facts)
        return facts

    def order(self, **changes: Any) -> dict[str, Any]:
        return {
            "order_id": str(uuid.uuid4()),
            "pre_number": f"POP-{next(self._counter)}",
            "number": None,
            "revision": 1,
            "customer_id": FIRST,
            "status": "invoiced",
            "lines": [
                {"sample_id": str(uuid.uuid4()), "label": "AM-01", "standard": "SNI 3553:2015", "amount": 1_450_000},
                {"sample_id": str(uuid.uuid4()), "label": "AL-01", "standard": "P.68/2016", "amount": 620_000},
            ],
            "certificate_amount": 50_000,
            "forwarded_by": FORWARDER,
            "ordered_at": "2026-08-17T03:00:00Z",
            **changes,
        }

    def tell(self, event: str, facts: dict[str, Any], *, times: int = 1, **more: Any) -> None:
        """A later event about an order that was forwarded with `facts`."""
        about = {name: facts[name] for name in ("order_id", "pre_number", "revision", "customer_id")}
        self.deliver(f"testing.{event}", about | more, times=times)

    def do(self, invoice_id: str, act: str, *, by: Any = None, of: str = "invoices", **form: Any) -> Any:
        headers = form.pop("headers", {})
        path = f"/api/v1/billing/{of}/{invoice_id}/actions/{act}"
        return (by or self.treasurer).post(path, json=form, headers=headers)

    def done(self, invoice_id: str, act: str, **form: Any) -> dict[str, Any]:
        answer = self.do(invoice_id, act, **form)
        assert answer.status_code == 200, answer.json
        body: dict[str, Any] = answer.json
        return body

    def see(self, invoice_id: str, *, by: Any = None, of: str = "invoices") -> Any:
        return (by or self.treasurer).get(f"/api/v1/billing/{of}/{invoice_id}").json

    def state_of(self, invoice_id: str) -> str:
        return str(self.see(invoice_id)["status"]["code"])

    def find(self, order_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.treasurer.get(f"/api/v1/billing/invoices?order_id={order_id}").json["items"]
        return sorted(items, key=lambda item: item["revision"])

    def bill_form(self, **changes: Any) -> dict[str, Any]:
        code = f"820260818{next(self._counter):06d}"
        return {"billing_code": code, "issued_at": now().isoformat(), "scan_file": FILE, **changes}

    def receipt(self, **changes: Any) -> dict[str, Any]:
        ntpn = f"A1B2C3D4E5F6{next(self._counter):04d}"
        form = {"paid_at": now().isoformat(), "ntpn": ntpn, "amount": TOTAL, "proof_file": FILE, "channel": "teller"}
        return form | changes

    def run(self, task: Callable[[], Any]) -> Any:
        with self.app.app_context():
            return task()

    def add_contract(self, customer_id: str = FIRST, ceiling: int = 10_000_000, number: str = "K-01") -> None:
        with self.app.app_context(), atomic():
            span = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}
            row = Contract(number=number, customer_id=uuid.UUID(customer_id), ceiling_amount=ceiling, **span)
            db.session.add(row)

    def wait(self, **span: float) -> None:
        self.clock.shift(timedelta(**span))

    def make(self, state: str = "opened", **changes: Any) -> str:
        """An invoice brought to `state` by the real acts; answers with its id."""
        facts = self.forward(**changes)
        invoice_id = str(self.find(facts["order_id"])[-1]["id"])
        if state in ("billed", "expired", "paid"):
            self.done(invoice_id, "bill", **self.bill_form())
        match state:
            case "expired":
                self.wait(days=7, seconds=1)
                self.run(tasks.expire_due)
            case "paid":
                self.done(invoice_id, "confirm", **self.receipt())
            case "waived":
                self.done(invoice_id, "adjust", discount_percent="100", discount_basis="Keputusan contoh")
                self.done(invoice_id, "waive", basis="Keputusan contoh")
            case "deferred":
                self.add_contract(number=f"K-{invoice_id}")
                self.done(invoice_id, "defer", contract_no=f"K-{invoice_id}", due_on="2026-09-30")
            case "returned":
                self.done(invoice_id, "return", reason="Baris keliru")
            case "voided":
                self.tell("order.cancelled", facts, refund=None, reason="Batal")
        assert self.state_of(invoice_id) == state
        return invoice_id

    def row(self, invoice_id: str) -> Invoice:
        return db.session.get_one(Invoice, uuid.UUID(invoice_id))


@pytest.fixture(scope="session")
def app_settings() -> dict[str, Any]:
    return {"contracts_allowed": True}


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=True) as moving:
        yield moving


@pytest.fixture
def desk(app: Flask, as_: Callable[..., Any], deliver: Callable[..., None], clock: Any) -> Desk:
    return Desk(app, as_, deliver, clock)
