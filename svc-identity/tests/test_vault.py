"""The papers of a company: kept with their versions, seen by their company and the desk, remembered before they end."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from chassis.db import now
from chassis.testing import example, same_shape
from svc_identity import tasks
from svc_identity.vault.rules import today

pytestmark = pytest.mark.usefixtures("cheap_hashing")

TOLD = "identity.customer_document.expiring"


def in_days(app, days):
    with app.app_context():
        return (today() + timedelta(days=days)).isoformat()


def keep(office, customer, by=None, headers=None, **changes):
    form = {"kind": "nib", "number": "9120001234567", "file": str(uuid.uuid4())} | changes
    by = by or customer["owner"]
    return by.post(f"{office.API}/customers/{customer['id']}/documents", json=form, headers=headers or {})


def papers(office, customer, by=None):
    return office.see(f"customers/{customer['id']}/documents", by=by or customer["owner"])["items"]


def run(app):
    with app.app_context():
        tasks.remind_expiring_documents()


def test_a_company_keeps_a_paper_and_the_desk_sees_it(office):
    customer = office.customer()
    kept = keep(office, customer)

    assert kept.status_code == 201, kept.json
    assert kept.json["kind_label"] == "NIB"
    assert kept.json["links"]["file"].startswith("/api/v1/documents/files/")
    for person in (customer["owner"], office.cs):
        assert [paper["number"] for paper in papers(office, customer, person)] == ["9120001234567"]


def test_a_newer_one_replaces_it_and_both_are_kept(office):
    customer = office.customer()
    old, new = keep(office, customer).json, keep(office, customer, number="9120007654321").json

    assert [(paper["number"], paper["status"]["code"]) for paper in papers(office, customer)] == [
        ("9120007654321", "current"),
        ("9120001234567", "replaced"),
    ]
    assert new["replaces_id"] == old["id"]


def test_there_may_be_several_certificates(office):
    customer = office.customer()
    keep(office, customer, kind="certificate", note="SNI")
    keep(office, customer, kind="certificate", note="Halal")

    assert {paper["status"]["code"] for paper in papers(office, customer)} == {"current"}


def test_another_company_neither_sees_nor_touches_it(office):
    customer, stranger = office.customer(), office.customer(npwp="09.254.294.3-407.000")
    kept = keep(office, customer).json

    answers = [
        stranger["owner"].get(f"{office.API}/customers/{customer['id']}/documents"),
        stranger["owner"].get(f"{office.API}/customer-documents/{kept['id']}"),
        office.do("customer-documents", kept["id"], "remove", by=stranger["owner"]),
        keep(office, customer, by=stranger["owner"]),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert len(papers(office, customer)) == 1


@pytest.mark.parametrize("role", ["treasurer", "analyst", "lab_coordinator", "head_of_office"])
def test_no_other_desk_reads_them(office, role):
    customer = office.customer()
    kept = keep(office, customer).json
    person = office.as_(role)

    assert person.get(f"{office.API}/customers/{customer['id']}/documents").status_code == 403
    assert person.get(f"{office.API}/customer-documents/{kept['id']}").status_code == 403


def test_a_colleague_who_is_no_owner_reads_and_adds_nothing(office):
    customer = office.customer()
    colleague = office.speaker(customer["id"], str(uuid.uuid4()))

    assert keep(office, customer, by=colleague).status_code == 403
    assert papers(office, customer, colleague) == []


def test_a_removed_paper_is_out_of_sight(office):
    customer = office.customer()
    kept = keep(office, customer).json
    office.done("customer-documents", kept["id"], "remove", by=customer["owner"])

    assert papers(office, customer) == []
    assert keep(office, customer).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "passport"}, "kind"), ({"file": "x"}, "file"), ({"expires_on": "2020-01-01"}, "expires_on")],
)
def test_what_is_wrong_stands_beside_its_field(office, wrong, field):
    answer = keep(office, office.customer(), **wrong)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_asked_twice_under_one_key_it_is_kept_once(office):
    customer, form = office.customer(), {"file": str(uuid.uuid4()), "headers": {"Idempotency-Key": "dokumen"}}
    first, second = keep(office, customer, **form), keep(office, customer, **form)

    assert first.json["id"] == second.json["id"]
    assert len(papers(office, customer)) == 1


def test_thirty_days_before_it_ends_its_company_is_told_once(app, office, published):
    customer = office.customer()
    keep(office, customer, kind="permit", expires_on=in_days(app, 31))
    soon = keep(office, customer, kind="certificate", expires_on=in_days(app, 30)).json

    run(app)
    run(app)

    [told] = [facts for kind, facts in published(full=True) if kind == TOLD]
    assert told["document_id"] == soon["id"]
    assert told["customer_id"] == customer["id"]
    assert same_shape(told, example(TOLD)["data"]) == []


def test_what_was_replaced_removed_or_never_ends_is_not_spoken_of(app, office, published):
    customer = office.customer()
    keep(office, customer, expires_on=in_days(app, 3))
    keep(office, customer)
    gone = keep(office, customer, kind="permit", expires_on=in_days(app, 3)).json
    office.done("customer-documents", gone["id"], "remove", by=customer["owner"])

    run(app)

    assert TOLD not in [kind for kind, _ in published(full=True)]


def test_days_are_days_of_the_office(app, time_machine):
    time_machine.move_to("2026-11-22T18:00:00Z", tick=False)
    with app.app_context():
        assert today() == date(2026, 11, 23)
        assert now().date() == date(2026, 11, 22)
