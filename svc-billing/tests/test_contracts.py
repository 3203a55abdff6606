"""Both sides of what is said between services: contracts/events and contracts/calls."""

from __future__ import annotations

import json
import uuid

import pytest
from marshmallow import EXCLUDE

from chassis.events.subscriptions import collect, fits
from chassis.testing import CONTRACTS, example, same_shape
from svc_billing import consumers, tasks

OURS = sorted(path.stem for path in (CONTRACTS / "events").glob("billing.*.json") if ".export." not in path.stem)
HEARD = [
    "testing.order.forwarded",
    "testing.order.recalled",
    "testing.order.cancelled",
    "testing.order.numbered",
    "testing.sample.withdrawn",
    "testing.analysis.cancelled",
    "identity.customer.registered",
    "identity.customer.refused",
    "identity.customer.verified",
    "identity.customer.changed",
    "documents.document.rendered",
]


def test_every_event_is_published_as_its_example_shows(desk, published):
    tell_everything(desk)

    said = published(full=True)
    assert {kind for kind, _ in said} == set(OURS)
    for kind, facts in said:
        assert same_shape(facts, example(kind)["data"]) == [], kind


def tell_everything(desk):
    for state in ("expired", "waived", "returned", "voided", "deferred"):
        desk.make(state)
    expired, paid, cleared = desk.make("expired"), desk.make("paid"), desk.make("waived")
    desk.done(expired, "request_again", by=desk.customer)
    desk.done(cleared, "withdraw_clearance", reason="Keliru")
    correction = {name: value for name, value in desk.receipt().items() if name in ("ntpn", "paid_at", "proof_file")}
    desk.done(paid, "reverse", reason="Keliru")
    desk.done(paid, "confirm", **desk.receipt())
    desk.done(paid, "correct_payment", reason="Salah ketik", **correction)
    desk.make("billed")
    desk.wait(days=6, hours=12)
    desk.run(tasks.remind_expiring)
    desk.tell("order.cancelled", desk.see(paid), refund="deposit", reason="Batal")
    other = desk.make("paid")
    desk.tell("order.cancelled", desk.see(other), refund="deposit", reason="Batal")
    head = desk.as_("head_of_office")
    first, second = (desk.see(invoice_id)["refunds"][0]["id"] for invoice_id in (paid, other))
    desk.done(first, "refuse", of="refunds", by=head, reason="Tidak berdasar")
    desk.done(second, "approve", of="refunds", by=head, amount=1, basis="Keputusan")
    desk.done(second, "return", of="refunds", note="Jumlah keliru")
    desk.done(second, "approve", of="refunds", by=head, amount=desk.TOTAL, basis="Keputusan")
    desk.done(second, "credit", of="refunds")


@pytest.mark.parametrize("kind", HEARD)
def test_every_event_heard_is_understood_as_its_example_shows(kind):
    heard = [one for one in collect([consumers]) if fits(one.pattern, kind)]

    assert heard
    for one in heard:
        one.schema(unknown=EXCLUDE).load(example(kind)["data"])


def test_nothing_is_heard_that_is_not_listed_here():
    assert all(any(fits(one.pattern, kind) for kind in HEARD) for one in collect([consumers]))


def test_the_printed_content_is_what_documents_expects(desk, as_service):
    facts = {"name": "PT Contoh", "address": "Jalan Contoh 1", "city": "Pontianak", "phone": "+62561700123"}
    desk.deliver("identity.customer.verified", facts | {"customer_id": desk.FIRST, "email": "a@contoh.test"})
    wanted = json.loads((CONTRACTS / "calls" / "billing.invoice_content.json").read_text())
    for state in ("billed", "paid", "waived", "deferred"):
        invoice_id = desk.make(state)
        answer = as_service("svc-documents").get(f"/internal/invoices/{invoice_id}/content")
        assert same_shape(answer.json, wanted) == []
        assert answer.json["status"]["code"] == state
        assert set(answer.json) == set(wanted)


def test_what_was_frozen_stays_as_it_was(desk, as_service, published):
    desk.deliver("identity.customer.verified", {"customer_id": desk.FIRST, "name": "PT Lama"})
    invoice_id = desk.make("paid")
    renders = {kind: facts["render_id"] for kind, facts in published(full=True) if "render_id" in facts}
    desk.deliver("identity.customer.changed", {"customer_id": desk.FIRST, "name": "PT Baru"})

    documents = as_service("svc-documents")
    billed, paid = (
        documents.get(f"/internal/invoices/{invoice_id}/content?render_id={renders[f'billing.invoice.{kind}']}").json
        for kind in ("billed", "paid")
    )
    assert (billed["status"]["code"], billed["payment"]) == ("billed", None)
    assert (paid["status"]["code"], paid["payment"]["amount"]) == ("paid", desk.TOTAL)
    assert billed["customer"]["name"] == paid["customer"]["name"] == "PT Lama"
    assert documents.get(f"/internal/invoices/{invoice_id}/content?draft=true").json["customer"]["name"] == "PT Baru"


def test_printing_waits_for_the_customers_name(desk, as_service):
    invoice_id = desk.make("billed")
    path = f"/internal/invoices/{invoice_id}/content"
    assert as_service("svc-documents").get(path).status_code == 503

    desk.deliver("identity.customer.verified", {"customer_id": desk.FIRST, "name": "PT Contoh"})

    assert as_service("svc-documents").get(path).json["customer"]["name"] == "PT Contoh"
    assert as_service("svc-documents").get(f"/internal/invoices/{uuid.uuid4()}/content?draft=true").status_code == 404
