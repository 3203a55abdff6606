"""Who sees what: every route for every role, own and other customer, existing or not."""

from __future__ import annotations

import uuid

import pytest

SEES_ALL = ("treasurer", "customer_service", "head_of_office", "super_admin", "admin")
SEES_NONE = (
    "lab_coordinator", "supervisor", "analyst", "report_typist", "sampling_supervisor", "sampling_officer",
    "calibration_officer", "partnership_officer", "certification_head", "evaluator", "reviewer", "certification_admin",
    "training_admin", "instructor", "administration",
)  # fmt: skip
ACTS = (
    "adjust bill cancel_ebilling request_again confirm confirm_earlier pay_by_deposit waive defer withdraw_clearance "
    "return correct_payment reverse"
).split()


@pytest.fixture
def invoice_id(desk):
    return desk.make("billed")


def bare(answer):
    return {key: value for key, value in answer.json.items() if key not in ("request_id", "instance")}


@pytest.mark.parametrize("role", SEES_ALL)
def test_the_office_sees_every_invoice(desk, invoice_id, role):
    person = desk.as_(role)

    assert person.get(f"/api/v1/billing/invoices/{invoice_id}").status_code == 200
    assert person.get(f"/api/v1/billing/invoices/{invoice_id}/history").status_code == 200
    assert person.get("/api/v1/billing/invoices").json["count"] == 1


@pytest.mark.parametrize("role", SEES_NONE)
def test_the_laboratory_sees_no_invoice(desk, invoice_id, role):
    stranger_to(desk, invoice_id, desk.as_(role))


def test_another_customer_sees_no_invoice(desk, invoice_id):
    stranger_to(desk, invoice_id, desk.as_("customer", customer_id=desk.OTHER))


def test_a_customer_without_a_company_sees_no_invoice(desk, invoice_id):
    stranger_to(desk, invoice_id, desk.as_("customer"))


def stranger_to(desk, invoice_id, person):
    """The answer is the same as for an invoice that does not exist, and nothing changes."""
    before, nothing = desk.see(invoice_id), uuid.uuid4()
    refund_id = _refund(desk)
    for path in ("", "/history"):
        hidden = person.get(f"/api/v1/billing/invoices/{invoice_id}{path}")
        assert hidden.status_code == 404
        assert bare(hidden) == bare(person.get(f"/api/v1/billing/invoices/{nothing}{path}"))
    for act in ACTS:
        hidden = desk.do(invoice_id, act, by=person)
        assert hidden.status_code == 404
        assert bare(hidden) == bare(desk.do(str(nothing), act, by=person))
    for act in ("approve", "refuse", "return", "credit"):
        assert desk.do(refund_id, act, by=person, of="refunds").status_code == 404
    assert person.get(f"/api/v1/billing/refunds/{refund_id}").status_code == 404
    assert person.get("/api/v1/billing/invoices").json["items"] == []
    assert person.get("/api/v1/billing/refunds").json["items"] == []
    assert person.get("/api/v1/billing/worklists").json == []
    after = desk.see(invoice_id)
    assert (after["version"], after["status"]) == (before["version"], before["status"])


def _refund(desk):
    paid = desk.make("paid")
    desk.tell("order.cancelled", desk.see(paid), refund="deposit", reason="Batal")
    return desk.see(paid)["refunds"][0]["id"]


def test_a_customer_sees_its_own_and_acts_only_on_its_turn(desk, invoice_id):
    desk.make(customer_id=desk.OTHER)

    own = desk.see(invoice_id, by=desk.customer)
    listed = desk.customer.get("/api/v1/billing/invoices").json["items"]

    assert own["actions"] == []
    assert [item["id"] for item in listed] == [invoice_id]
    assert own["ebilling"]["links"]["scan"].startswith(f"/api/v1/documents/files/{desk.FILE}?grant=")
    for act in ACTS:
        assert desk.do(invoice_id, act, by=desk.customer).status_code == (409 if act == "request_again" else 403)


def test_nobody_without_a_token_gets_in(desk, invoice_id):
    stranger = desk.app.test_client()
    paths = ["invoices", f"invoices/{invoice_id}", f"invoices/{invoice_id}/history", "refunds", "worklists"]

    assert {stranger.get(f"/api/v1/billing/{path}").status_code for path in paths} == {401}
    assert stranger.post(f"/api/v1/billing/invoices/{invoice_id}/actions/bill", json={}).status_code == 401
    assert stranger.get(f"/internal/invoices/{invoice_id}/content").status_code == 401


def test_only_documents_reads_what_is_printed(desk, invoice_id, as_service):
    path = f"/internal/invoices/{invoice_id}/content"
    desk.deliver("identity.customer.verified", {"customer_id": desk.FIRST, "name": "PT Contoh"})

    assert as_service("svc-documents").get(path).status_code == 200
    assert as_service("svc-documents").get(f"{path}?render_id={uuid.uuid4()}").status_code == 404
    assert as_service("svc-notify").get(path).status_code == 403
    assert desk.treasurer.get(path).status_code == 403
    assert as_service("svc-documents").get(f"/api/v1/billing/invoices/{invoice_id}").status_code == 403


def test_every_route_of_billing_is_named_here(app):
    named = {
        "/api/v1/billing/invoices", "/api/v1/billing/invoices/<uuid:invoice_id>", "/api/v1/billing/refunds",
        "/api/v1/billing/refunds/<uuid:refund_id>", "/api/v1/billing/worklists", "/api/v1/billing/workflows",
        "/api/v1/billing/invoices/<uuid:invoice_id>/history", "/api/v1/billing/refunds/<uuid:refund_id>/history",
        "/internal/invoices/<uuid:invoice_id>/content", "/api/v1/billing/trace", "/api/v1/billing/activity", "/api/v1/billing/dead-letters",
        "/api/v1/billing/dead-letters/<uuid:letter_id>", "/api/v1/billing/dead-letters/<uuid:letter_id>/replay",
        "/api/v1/billing/dead-letters/<uuid:letter_id>/discard", "/api/v1/billing/exports",
        "/api/v1/billing/exports/<uuid:export_id>", "/api/v1/billing/exports/<uuid:export_id>/file",
        "/api/v1/billing/queue", "/api/v1/billing/find", "/api/v1/billing/figures",
    } | {f"/api/v1/billing/invoices/<uuid:invoice_id>/actions/{act}" for act in ACTS} | {
        f"/api/v1/billing/refunds/<uuid:refund_id>/actions/{act}" for act in ("approve", "refuse", "return", "credit")
    }  # fmt: skip
    routes = {rule.rule for rule in app.url_map.iter_rules()}

    assert {route for route in routes if "/billing/" in route or "/internal/invoices" in route} == named


def test_the_customer_service_asks_again_for_a_customer(desk):
    invoice_id = desk.make("expired")
    clerk = desk.as_("customer_service", name="CS")

    assert desk.do(invoice_id, "request_again", by=clerk).json["errors"] == {"requested_by": ["Wajib diisi."]}
    desk.done(invoice_id, "request_again", by=clerk, requested_by="Ibu Contoh", note="Lewat telepon")

    history = clerk.get(f"/api/v1/billing/invoices/{invoice_id}/history").json["items"]
    last = next(row for row in reversed(history) if row["transition"] == "request_again")
    assert (last["on_behalf_of"], last["note"], last["actor"]["name"]) == (desk.FIRST, "Lewat telepon", "CS")
