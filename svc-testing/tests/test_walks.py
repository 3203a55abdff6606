"""Random walks over order, samples, analyses and reports with billing's and documents' events: nobody is ever stuck."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import atomic, db, now
from chassis.history import verify
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.orders import stages
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import LAB, ORDER
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.workflow import SAMPLE

WALKS, STEPS, ENOUGH = 24, 45, 250

# what gets an order out of anywhere: the first row that is offered is done
ESCAPES = [
    (ORDER, "discard"),
    (ORDER, "abandon"),
    (ORDER, "cancel"),
    (ORDER, "cancel_paid"),
    (SAMPLE, "restore"),
    (SAMPLE, "give_up"),
    (SAMPLE, "withdraw"),
    (SAMPLE, "cancel"),
    (REPORT, "refuse_amendment"),
    (REPORT, "void"),
    (REPORT, "collect"),
    (REPORT, "send"),
    (REPORT, "unapprove"),
    (REPORT, "return_to_typist"),
    (REPORT, "return_to_lab"),
]
ENDED = ("archived", "cancelled", "discarded")


class Stroll:
    """One order and everybody who may act on it."""

    def __init__(self, office: Any, order_id: str, dice: random.Random) -> None:
        self.office, self.dice = office, dice
        self.order_id = uuid.UUID(order_id)
        roles = {role: role.rstrip("2") for role in office.STAFF}
        self.people = [
            Principal(id=office.STAFF[name][0], name=name, roles=frozenset({role})) for name, role in roles.items()
        ]
        self.people.append(
            Principal(id=str(uuid.uuid4()), name="customer", roles=frozenset({"customer"}), customer_id=office.CUSTOMER)
        )

    @property
    def order(self) -> Order:
        db.session.rollback()  # what others told meanwhile
        found = db.session.get(Order, self.order_id)
        assert found is not None
        return found

    def things(self) -> list[tuple[Any, Any]]:
        order = self.order
        samples = [(SAMPLE, sample) for sample in order.samples]
        analyses = [(ANALYSIS, analysis) for sample in order.samples for analysis in sample.analyses]
        return [(ORDER, order), *samples, *analyses, *((REPORT, report) for report in order.reports)]

    def offers(self) -> list[tuple[Any, uuid.UUID, dict[str, Any], Principal]]:
        return [
            (flow, thing.id, offer, person)
            for flow, thing in self.things()
            for person in self.people
            for offer in flow.actions(thing, person)
        ]

    def do(self, flow: Any, thing_id: uuid.UUID, offer: dict[str, Any], person: Principal) -> None:
        with atomic():
            thing = db.session.get(flow.model, thing_id)
            flow.act(thing, offer["name"], person, form=self.fill(offer["fields"]))

    def fill(self, fields: list[dict[str, Any]]) -> dict[str, Any]:
        return {field["name"]: self.value(field) for field in fields}

    def value(self, field: dict[str, Any]) -> Any:
        if field["kind"] == "choice":
            return self.chosen(field)
        if field["kind"] == "list":
            return [self.fill(field["fields"])] if field["required"] or self.dice.random() < 0.3 else []
        if field["name"] == "result":
            return self.dice.choice(("7,0", "< 0,5", "12,5"))
        simple = {"boolean": field["name"] != "accredited", "file": str(uuid.uuid4()), "datetime": now().isoformat()}
        day = "2026-09-09" if field["name"] == "target_on" else "2026-08-20"
        return (simple | {"date": day, "integer": 1, "decimal": "1"}).get(field["kind"], "Contoh")

    def chosen(self, field: dict[str, Any]) -> str:
        people = {"role=supervisor": ("supervisor", "supervisor2"), "role=analyst": ("analyst",)}
        for role, names in people.items():
            if role in field.get("options_href", ""):
                return str(self.office.STAFF[self.dice.choice(names)][0])
        if "options_href" in field:
            return str(self.dice.choice(self.office.super_admin.get(field["options_href"]).json["items"])["value"])
        return str(self.dice.choice(field["options"])["value"]) if field["options"] else ""

    def hears(self) -> bool:
        """Something another service may say now."""
        order = self.order
        said = {
            "invoiced": ["billed", "billed", "waived", "returned"],
            "billed": ["paid", "paid", "expired", "reopened"],
            "expired": ["paid", "reopened"],
            "paid": ["payment_reversed"] if order.paid_at and self.dice.random() < 0.1 else [],
        }.get(order.status, [])
        rendering = [report for report in order.reports if report.status == "approved"]
        if rendering:
            self.office.deliver("documents.document.rendered", self.rendered(rendering[0]))
            return True
        if not said:
            return False
        facts = {"expires_at": now().isoformat(), "paid_at": now().isoformat()}
        shown = {"id": str(order.id), "pre_number": order.pre_number}
        self.office.invoice(shown, self.dice.choice(said), revision=order.invoice_revision, **facts)
        return True

    def rendered(self, report: Any) -> dict[str, Any]:
        shown = {"id": str(report.id), "order_id": str(report.order_id)}
        found: dict[str, Any] = self.office.rendered(shown, str(report.render_id))
        return found

    def step(self) -> None:
        if self.dice.random() < 0.4 and self.hears():
            return
        offers = [
            offer for offer in self.offers() if offer[2]["name"] not in ("supplement", "print", "annotate", "resend")
        ]
        if offers:
            self.do(*self.dice.choice(offers))

    def escape(self) -> None:
        for _ in range(ENOUGH):
            if self.order.status in ENDED:
                return
            offers = self.offers()
            way = next((o for flow, name in ESCAPES for o in offers if o[0] is flow and o[2]["name"] == name), None)
            if way is None and not self.hears():
                break
            if way is not None:
                self.do(*way)
        raise AssertionError(f"stuck in {self.picture()}")

    def picture(self) -> str:
        return ", ".join(f"{flow.name} {thing.status}" for flow, thing in self.things())

    def check(self) -> None:
        """The order shows the lowest stage of its samples, and its history is whole."""
        order = self.order
        if order.status in LAB:
            assert stages.of_order(order) == order.status, self.picture()
        assert verify(order.id) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(WALKS))
def test_from_wherever_a_walk_leads_the_order_can_be_ended(office: Any, seed: int) -> None:
    dice = random.Random(seed)
    start = dice.choice(["drafted", "paid", "distributed", "started", "checked", "sent"])
    order = office.make(start, samples=dice.choice([1, 2]))
    with office.app.app_context():
        stroll = Stroll(office, order["id"], dice)
        for _ in range(STEPS):
            if stroll.order.status in ENDED:
                break
            stroll.step()
            stroll.check()
        stroll.escape()
        stroll.check()
        assert db.session.scalar(sa.select(Order.status).filter_by(id=stroll.order_id)) in ENDED
