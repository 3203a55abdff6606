"""The templates are complete, tell nobody too much, and read well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chassis.testing import CONTRACTS, ROOT, example
from svc_notify import wording
from svc_notify.wording import LABORATORY, BadTemplate

WORKFLOW_EVENTS = set((Path(__file__).parent / "workflow_events.txt").read_text().split())
EXAMPLES = {path.stem for path in (CONTRACTS / "events").glob("*.json")}
TOLD = set(wording.messages())
HEARD = {event for reminder in wording.reminders().values() for event in reminder.on | reminder.until}

# who is told what: (row of the table, event, audiences)
WHO_IS_TOLD = [
    ("registration submitted", "identity.customer.registered", {"customer_service"}),
    ("registration verified", "identity.customer.verified", {"registrant"}),
    ("registration refused", "identity.customer.refused", {"registrant"}),
    ("paper of a company ends soon", "identity.customer_document.expiring", {"customer"}),
    ("order submitted", "testing.order.submitted", {"customer", "customer_service"}),
    ("order returned with note", "testing.order.returned", {"customer", "customer_service"}),
    ("order rejected with note", "testing.order.rejected", {"customer", "customer_service"}),
    ("order forwarded for billing", "testing.order.forwarded", {"treasurer"}),
    ("e-billing sent", "billing.invoice.billed", {"customer"}),
    ("e-billing expires in 24 h", "billing.invoice.expiring", {"customer"}),
    ("e-billing expired", "billing.invoice.expired", {"customer", "customer_service", "treasurer"}),
    ("re-billing requested", "billing.invoice.reopened", {"customer", "treasurer"}),
    ("proof of payment sent", "billing.invoice.paid", {"customer", "customer_service"}),
    ("numbers issued", "testing.order.numbered", {"customer"}),
    ("sent to lab", "testing.order.distributed", {"lab_coordinator"}),
    ("sample assigned", "testing.sample.assigned", {"supervisor"}),
    ("parameter assigned", "testing.analysis.assigned", {"analyst"}),
    ("returned for correction", "testing.sample.returned", {"supervisor"}),
    ("returned for correction", "testing.analysis.returned", {"analyst"}),
    ("returned for correction", "testing.report.returned", {"report_typist"}),
    ("results finished", "testing.sample.finished", {"lab_coordinator"}),
    ("results finished", "testing.sample.checked", {"report_typist"}),
    ("report approved", "testing.report.approved", {"customer_service", "report_typist"}),
    ("report sent", "testing.report.sent", {"customer"}),
    ("order cancelled", "testing.order.cancelled", {"customer", "customer_service", "treasurer"}),
    ("sample refused", "testing.sample.refused", {"customer", "customer_service"}),
    ("clarification asked", "testing.sample.queried", {"customer_service"}),
    ("clarification answered", "testing.sample.answered", {"lab_coordinator"}),
]
REMINDED = [
    ("target near", "analysis-target-near", {"analyst"}),
    ("overdue", "analysis-overdue", {"analyst", "supervisor"}),
    ("order expired, 7 and 21 days", "order-lapses-soon", {"customer"}),
    ("sample refused, 3, 7 and 14 days", "sample-refusal-unanswered", {"customer", "customer_service"}),
    ("report not collected", "report-not-collected", {"customer"}),
    ("order drafted, 30 days", "draft-forgotten", {"customer"}),
    ("order submitted, 3 working days", "order-unchecked", {"admin"}),
    ("invoice opened, 3 working days", "invoice-untouched", {"admin"}),
    ("sample distributed, 3 working days", "sample-unassigned", {"admin"}),
    ("report typed, 3 working days", "report-unverified", {"admin"}),
    ("report issued, 3 working days", "report-unsent", {"admin"}),
    ("order paid without received sample, 7 and 21 days", "sample-not-received", {"customer"}),
    ("contract due", "contract-payment-due", {"customer", "treasurer"}),
]


@pytest.mark.parametrize(("row", "event", "audiences"), WHO_IS_TOLD)
def test_everyone_in_the_table_is_told_by_bell(row, event, audiences):
    told = {name for template in wording.messages()[event] for name in template.to if "bell" in template.via}
    if event == "identity.customer.refused":  # there is no account whose bell could ring
        told = {name for template in wording.messages()[event] for name in template.to}
    assert told == audiences, row


@pytest.mark.parametrize(("row", "name", "audiences"), REMINDED)
def test_everyone_in_the_table_of_deadlines_is_reminded(row, name, audiences):
    assert set(wording.reminders()[name].message.to) == audiences, row


@pytest.mark.parametrize("event", sorted(WORKFLOW_EVENTS | EXAMPLES))
def test_every_event_has_a_template_or_a_reason_to_be_silent(event):
    assert (event in TOLD) != (event in wording.silent()), event


def test_every_template_is_about_an_event_that_exists():
    assert (TOLD | HEARD | set(wording.silent())) - WORKFLOW_EVENTS - EXAMPLES - {
        "documents.document.failed",
        "documents.document.rendered",
    } == set()


def test_every_row_of_the_contract_table_has_templates():
    text = (ROOT / "docs" / "chassis.md").read_text()
    rows = re.findall(r"^\| ((?:identity|testing|billing|documents)\.[^|]+) \|", text, re.MULTILINE)
    assert rows
    for row in rows:
        for event in _named(row):
            pattern = re.compile(event.replace(".", r"\.").replace("*", r"[a-z_]+"))
            assert any(pattern.fullmatch(known) for known in TOLD | set(wording.silent())), event


def _named(row):
    """`a.b.c / d` names a.b.c and a.b.d."""
    first, *others = row.split(" / ")
    stem = first.rsplit(".", 1)[0]
    return [first, *(f"{stem}.{other}" for other in others)]


def test_every_link_leads_to_a_page_of_the_gateway():
    from gateway.navigation import PAGES

    known = {*PAGES.values(), "/", "/masuk", ""}
    assert {address.split("/{")[0] for address in wording.PAGES.values()} <= known


def test_the_laboratory_never_reads_the_customers_name():
    templates = [one for many in wording.messages().values() for one in many]
    for template in [*templates, *(reminder.message for reminder in wording.reminders().values())]:
        if LABORATORY & set(template.to):
            assert not {"customer_name", "name"} & template.needs(), template.name


def _row(**change):
    row = {"event": "a.b.c", "to": ["customer"], "link": "order", "title": "Judul", "body": "Isi"}
    return {**row, **change}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"to": ["supervisor"], "body": "{{ customer_name }}"}, "customer's name"),
        ({"body": "{{ result }}"}, "confidential"),
        ({"body": "{{ billing_code }}"}, "confidential"),
        ({"to": ["siapa_saja"]}, "unknown audience"),
        ({"to": []}, "unknown audience"),
        ({"link": "nowhere"}, "unknown page"),
        ({"title": "Dua\nbaris"}, "several lines"),
        ({"link": "secret"}, "secret link"),
    ],
)
def test_a_template_that_could_tell_too_much_stops_the_service(change, fault):
    with pytest.raises(BadTemplate, match=fault):
        wording._template(_row(**change), name="contoh")


def test_a_fact_that_is_missing_or_empty_is_never_printed():
    template = wording._template(_row(body="Nomor {{ number }}"), name="contoh")
    for facts in ({}, {"number": None}):
        with pytest.raises(BadTemplate):
            template.write({"order_id": 1, **facts})


def test_a_fact_may_be_asked_for_when_it_is_missing():
    template = wording._template(
        _row(body="Batal.{% if reason %} {{ reason }}{% endif %} {{ number or pre_number }}"), name="contoh"
    )
    assert template.write({"order_id": 1, "pre_number": "POP-1"})[1] == "Batal. POP-1"


def test_template_words_reach_nothing_of_the_program():
    template = wording._template(_row(body="{{ order_id.__class__.__mro__ }}"), name="contoh")
    with pytest.raises(Exception, match="unsafe"):
        template.write({"order_id": 1})


def test_dates_moments_and_money_read_indonesian(context):
    template = wording._template(_row(body="{{ a | tanggal }}; {{ b | waktu }}; {{ c | rupiah }}"), name="contoh")
    facts = {"order_id": 1, "a": "2026-08-17", "b": "2026-08-24T02:15:30Z", "c": 1250000}
    assert template.write(facts)[1] == "17 Agustus 2026; 24 Agustus 2026 pukul 09.15 WIB; Rp\N{NO-BREAK SPACE}1.250.000"


def test_every_deadline_of_the_table_has_its_reminder():
    assert set(wording.reminders()) == {name for _, name, _ in REMINDED}


@pytest.mark.parametrize("name", sorted(wording.reminders()))
def test_a_reminder_finds_its_words_in_the_event_that_plans_it(name, context):
    reminder = wording.reminders()[name]
    for kind in reminder.on:
        facts = example(kind)["data"]
        assert facts.get(reminder.key)
        assert not reminder.moment or facts.get(reminder.moment)
        title, body, link = reminder.message.write({**facts, "customer_name": "PT Contoh"})
        assert title
        assert body
        assert link.startswith("/")
