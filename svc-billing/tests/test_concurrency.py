"""Two people at once. On PostgreSQL (TEST_DATABASE_URL) the rows really race; on SQLite the second waits."""

from __future__ import annotations

import threading
import uuid

import pytest
import sqlalchemy as sa

from chassis.db import db
from svc_billing import ledger, tasks
from svc_billing.models import Payment

ROUNDS = range(4)


def at_once(*calls):
    """The status codes of calls made at the same moment, sorted."""
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answer.status_code for answer in answers if answer is not None)


@pytest.mark.parametrize("attempt", ROUNDS)
def test_two_treasurers_confirm_one_invoice_once(desk, published, attempt):
    invoice_id = desk.make("billed")
    people = [desk.as_("treasurer", id=str(uuid.uuid4())) for _ in range(2)]
    forms = [desk.receipt(), desk.receipt()]

    codes = at_once(
        *(lambda p=p, f=f: desk.do(invoice_id, "confirm", by=p, **f) for p, f in zip(people, forms, strict=True))
    )

    assert codes == [200, 409]
    assert published().count("billing.invoice.paid") == 1
    with desk.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Payment)) == 1
        assert ledger.faults() == []


@pytest.mark.parametrize("attempt", ROUNDS)
def test_one_ntpn_pays_one_invoice(desk, attempt):
    ids, receipt = [desk.make("billed"), desk.make("billed")], desk.receipt()

    codes = at_once(*(lambda i=i: desk.do(i, "confirm", **receipt) for i in ids))

    assert codes == [200, 422]
    assert sorted(desk.state_of(invoice_id) for invoice_id in ids) == ["billed", "paid"]


@pytest.mark.parametrize("attempt", ROUNDS)
def test_one_code_bills_one_invoice(desk, attempt):
    ids, form = [desk.make(), desk.make()], desk.bill_form()

    codes = at_once(*(lambda i=i: desk.do(i, "bill", **form) for i in ids))

    assert codes == [200, 422]


@pytest.mark.parametrize("attempt", ROUNDS)
def test_one_deposit_is_spent_once(desk, attempt):
    customer = uuid.UUID(desk.FIRST)
    paid = desk.make("paid")
    desk.tell("order.cancelled", desk.see(paid), refund="deposit", reason="Batal")
    refund_id = desk.see(paid)["refunds"][0]["id"]
    desk.done(refund_id, "approve", of="refunds", by=desk.as_("head_of_office"), amount=1_000_000, basis="Keputusan")
    desk.done(refund_id, "credit", of="refunds")
    ids = [desk.make(), desk.make(), desk.make()]

    codes = at_once(*(lambda i=i: desk.do(i, "adjust", deposit_amount=700_000) for i in ids))

    assert codes == [200, 422, 422]
    with desk.app.app_context():
        assert ledger.deposit_of(customer) == 300_000


@pytest.mark.parametrize("attempt", ROUNDS)
def test_expiry_and_payment_at_the_same_moment_leave_one_outcome(desk, published, attempt):
    invoice_id, receipt = desk.make("billed"), desk.receipt()
    desk.wait(days=7, seconds=1)

    codes = at_once(lambda: desk.do(invoice_id, "confirm", **receipt), lambda: desk.run(tasks.expire_due))

    state = desk.state_of(invoice_id)
    assert (codes, state) in (([200], "paid"), ([409], "expired"))
    assert ("billing.invoice.expired" in published()) == (state == "expired")
