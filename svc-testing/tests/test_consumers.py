from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.db import atomic, db
from chassis.events import inbox
from chassis.testing import example
from svc_testing.people.models import Absence, Customer, Holiday, Staff

SOON = {"expires_at": "2030-01-01T00:00:00Z", "paid_at": "2026-08-18T03:00:00Z"}

# where the order is, what billing says, where it is afterwards
TABLE = [
    ("invoiced", "billed", "billed"),
    ("invoiced", "paid", "paid"),
    ("invoiced", "waived", "paid"),
    ("invoiced", "deferred", "paid"),
    ("invoiced", "returned", "submitted"),
    ("billed", "expired", "expired"),
    ("billed", "reopened", "invoiced"),
    ("billed", "paid", "paid"),
    ("paid", "payment_reversed", "billed"),
    ("numbered", "payment_reversed", "numbered"),
    ("submitted", "billed", "submitted"),
    ("distributed", "expired", "distributed"),
]


@pytest.mark.parametrize(("state", "said", "after"), TABLE)
def test_an_event_told_three_times_changes_the_order_once(
    office: Any, published: Any, state: str, said: str, after: str
) -> None:
    order = office.make(state)
    revision = 0 if state == "submitted" else 1
    before = len(published(prefix="testing.order"))

    office.invoice(order, said, revision=revision, times=3, **SOON)

    assert office.order(order["id"])["status"]["code"] == after
    assert len(published(prefix="testing.order")) - before <= 1


def test_an_event_about_an_older_invoice_changes_nothing(office: Any) -> None:
    order = office.make("invoiced")
    office.act(office.customer_service, order, "recall", reason="Salah sampel")
    office.act(office.customer_service, office.order(order["id"]), "forward", capability_confirmed=True)

    office.invoice(order, "paid", revision=1, **SOON)

    assert office.order(order["id"])["status"]["code"] == "invoiced"


def test_events_out_of_order_wait_for_the_earlier_one(office: Any, deliver: Any) -> None:
    order = office.make("invoiced")
    office.invoice(order, "expired", **SOON)
    assert office.order(order["id"])["status"]["code"] == "invoiced"

    with office.app.app_context():
        waiting = db.session.scalar(
            sa.select(sa.func.count()).select_from(inbox.Inbox).where(inbox.Inbox.done_at.is_(None))
        )
    assert waiting == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["verified", "changed", "changed"]))[:3])
def test_copies_of_customers_keep_the_newest(office: Any, deliver: Any, order: tuple[str, ...]) -> None:
    key = str(uuid.uuid4())
    times = {"verified": "2026-01-01T00:00:00+00:00", "changed": "2026-02-01T00:00:00+00:00"}
    from datetime import datetime

    for name in order:
        facts = {"customer_id": key, "name": f"PT {name}", "status": "verified"}
        deliver(f"identity.customer.{name}", facts, time=datetime.fromisoformat(times[name]), times=3)

    with office.app.app_context():
        assert db.session.get(Customer, uuid.UUID(key)).name == "PT changed"


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("identity.customer.verified", Customer),
        ("identity.staff.changed", Staff),
        ("identity.absence.changed", Absence),
        ("identity.calendar.changed", Holiday),
    ],
)
def test_what_identity_tells_by_contract_is_kept(office: Any, deliver: Any, kind: str, model: Any) -> None:
    with office.app.app_context(), atomic():
        db.session.execute(sa.delete(model))

    deliver(kind, example(kind)["data"], times=3)

    with office.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("said", ["billed", "expired", "paid", "waived", "deferred", "returned", "reopened"])
def test_what_billing_tells_by_contract_is_understood(office: Any, deliver: Any, said: str) -> None:
    order = office.make("billed" if said in ("expired", "reopened") else "invoiced")
    data = example(f"billing.invoice.{said}")["data"] | {"order_id": order["id"], "revision": 1}

    deliver(f"billing.invoice.{said}", data)

    assert office.order(order["id"])["status"]["code"] != order["status"]["code"]


def test_a_rendered_document_issues_its_report_once(office: Any, published: Any) -> None:
    order = office.make("approved")

    office.render(office.reports(order)[0], times=3)

    assert office.order(order["id"])["status"]["code"] == "issued"
    assert published().count("testing.report.issued") == 1


def test_a_document_of_an_older_render_is_ignored(office: Any) -> None:
    order = office.make("approved")

    office.render(office.reports(order)[0], render_id=str(uuid.uuid4()))

    assert office.order(order["id"])["status"]["code"] == "approved"


def test_a_failed_render_offers_another_try(office: Any, deliver: Any) -> None:
    order = office.make("approved")
    report = office.reports(order)[0]
    failed = {**office.rendered(report), "error": "huruf tidak ada"}
    deliver("documents.document.failed", failed)

    again = office.act(office.lab_coordinator, report, "retry", "reports")

    assert again["render_error"] == ""
    assert office.render_id(report) != failed["render_id"]
