"""Invoices are printed again whenever what they say changes; earlier ones stay and say that they are replaced."""

import uuid

import pytest
import sqlalchemy as sa

from chassis.db import db
from svc_documents.documents import rendering
from svc_documents.models import Document

pytestmark = pytest.mark.usefixtures("office")


class Invoice:
    def __init__(self, app, owners, deliver, example, content):
        self.app, self.owners, self.deliver, self.example = app, owners, deliver, example
        self.id, self.order_id = str(uuid.uuid4()), str(uuid.uuid4())
        owners.contents[self.id] = content

    def tell(self, event, **more):
        ids = {"invoice_id": self.id, "order_id": self.order_id}
        facts = {**self.example(f"billing.invoice.{event}")["data"], **ids}
        if "render_id" in facts:
            facts["render_id"] = str(uuid.uuid4())
        self.deliver(f"billing.invoice.{event}", facts, **more)
        with self.app.app_context():
            for document in db.session.scalars(sa.select(Document).filter_by(status="requested")).all():
                rendering.render(document.id)

    def statuses(self):
        with self.app.app_context():
            return list(db.session.scalars(sa.select(Document.status).order_by(Document.id)))


@pytest.fixture
def invoice(app, owners, deliver):
    import json

    from chassis.testing import CONTRACTS, example

    content = json.loads((CONTRACTS / "calls" / "billing.invoice_content.json").read_text())
    return Invoice(app, owners, deliver, example, content)


def test_an_issued_bill_is_valid_at_once(invoice, published):
    invoice.tell("billed")

    assert invoice.statuses() == ["issued"]
    assert published(prefix="documents.") == ["documents.document.rendered"]


def test_a_payment_prints_a_new_one_and_the_bill_is_replaced(invoice, app):
    invoice.tell("billed")
    invoice.tell("paid", times=3)

    assert invoice.statuses() == ["replaced", "issued"]
    with app.app_context():
        bill, receipt = db.session.scalars(sa.select(Document).order_by(Document.id)).all()
    answer = app.test_client().get(f"/api/v1/documents/verify/{bill.code}").json
    assert answer["status"] == "replaced"
    assert answer["replaced_by"]["code"] == receipt.code


@pytest.mark.parametrize("event", ["expired", "reopened"])
def test_a_bill_whose_code_lapsed_is_no_longer_valid(invoice, event):
    invoice.tell("billed")
    invoice.tell(event)

    assert invoice.statuses() == ["expired"]


def test_a_second_billing_replaces_the_lapsed_one(invoice):
    invoice.tell("billed")
    invoice.tell("expired")
    invoice.tell("billed")

    assert invoice.statuses() == ["replaced", "issued"]


@pytest.mark.parametrize("event", ["voided", "returned"])
def test_a_cancelled_invoice_is_void(invoice, event):
    invoice.tell("billed")
    invoice.tell(event)

    assert invoice.statuses() == ["voided"]


@pytest.mark.parametrize("event", ["waived", "deferred", "corrected"])
def test_what_changes_the_paper_prints_it(invoice, event):
    invoice.tell(event)

    assert invoice.statuses() == ["issued"]
