"""The queue of the money desk, and what a billing code leads to."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from chassis.db import atomic, db, now
from svc_billing.models import EBilling

API = "/api/v1/billing"


def queue(person):
    answer = person.get(f"{API}/queue")
    assert answer.status_code == 200, answer.json
    return answer.json


def find(person, number):
    return [found["id"] for found in person.get(f"{API}/find", query_string={"number": number}).json["items"]]


def test_a_new_invoice_waits_for_its_billing_code_and_a_billed_one_for_its_proof(desk):
    opened, billed = desk.make("opened"), desk.make("billed")

    acts = {entry["id"]: entry["act"]["name"] for entry in queue(desk.as_("treasurer"))["items"]}

    assert acts == {str(opened): "bill", str(billed): "confirm"}


def test_the_code_that_ends_first_is_first(app, desk):
    later, sooner = desk.make("billed"), desk.make("billed")
    with app.app_context(), atomic():
        moved = sa.update(EBilling).where(EBilling.invoice_id == uuid.UUID(sooner))
        db.session.execute(moved.values(expires_at=now() + timedelta(hours=1)))

    entries = queue(desk.as_("treasurer"))["items"]

    assert [entry["id"] for entry in entries] == [str(sooner), str(later)]
    assert entries[0]["due_on"] <= entries[1]["due_on"]


def test_nobody_else_has_the_money_desk_s_queue(desk):
    desk.make("billed")
    for role in ("customer_service", "head_of_office", "analyst", "super_admin"):
        assert queue(desk.as_(role))["items"] == []
    assert queue(desk.as_("customer", customer_id=desk.OTHER))["items"] == []


def test_a_billing_code_leads_to_its_invoice_for_those_who_may_see_it(app, desk):
    invoice = desk.make("billed")
    with app.app_context():
        code = db.session.scalar(sa.select(EBilling.billing_code).where(EBilling.invoice_id == uuid.UUID(invoice)))

    assert find(desk.as_("treasurer"), code) == [str(invoice)]
    assert find(desk.as_("customer_service"), code) == [str(invoice)]
    assert find(desk.as_("customer", customer_id=desk.OTHER), code) == []
    assert find(desk.as_("analyst"), code) == []


def test_an_order_s_number_leads_the_treasurer_to_the_invoice_and_nobody_else(desk):
    invoice = desk.make("billed")
    number = desk.see(invoice)["pre_number"]

    assert find(desk.as_("treasurer"), number) == [str(invoice)]
    assert find(desk.as_("customer_service"), number) == []


def test_the_queue_takes_the_same_statements_however_many_wait(desk, statements):
    treasurer, counts = desk.as_("treasurer"), []
    for more in (1, 4):
        for _ in range(more):
            desk.make("opened")
            desk.make("billed")
        counts.append(statements(lambda: queue(treasurer)))

    assert counts[0] == counts[1] <= 25
