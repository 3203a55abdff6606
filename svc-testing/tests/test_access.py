"""Who may see and do what; what must not happen."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chassis.db import now

API = "/api/v1/testing"


def test_another_company_sees_nothing_of_an_order(office: Any) -> None:
    order = office.make("sent")
    sample, report = order["samples"][0], order["reports"][0]
    paths = (
        f"orders/{order['id']}",
        f"samples/{sample['id']}",
        f"reports/{report['id']}",
        f"orders/{order['id']}/history",
    )

    assert [office.other_customer.get(f"{API}/{path}").status_code for path in paths] == [404] * 4
    for kind in ("orders", "samples", "reports"):
        assert office.other_customer.get(f"{API}/{kind}").json["items"] == []


def test_somebody_elses_and_no_order_get_the_same_answer(office: Any) -> None:
    order = office.make("drafted")
    nothing = "00000000-0000-7000-8000-000000000000"

    answers = [office.other_customer.get(f"{API}/orders/{key}").json for key in (order["id"], nothing)]

    assert answers[0]["detail"] == answers[1]["detail"]


@pytest.mark.parametrize("role", ["lab_coordinator", "supervisor", "analyst"])
def test_laboratory_roles_never_see_the_customers_name(office: Any, role: str) -> None:
    order = office.make("started")
    who = getattr(office, role)
    pages = [f"{API}/orders", f"{API}/orders/{order['id']}", f"{API}/samples", f"{API}/analyses", f"{API}/reports"]
    pages += [f"{API}/samples/{sample['id']}" for sample in order["samples"]]

    shown = " ".join(who.get(page).get_data(as_text=True) for page in pages)

    assert f"P.00001 - {office.YEAR}" in shown
    assert "Contoh Tirta" not in shown
    assert "0561700123" not in shown


def test_a_customer_sees_no_results_before_the_report_is_sent(office: Any) -> None:
    order = office.make("issued")

    shown = json.dumps(order)

    assert order["reports"] == []
    assert "7,0" not in shown
    assert "Analis Satu" not in shown


def test_an_analyst_sees_only_own_parameters(office: Any) -> None:
    office.make("started")

    assert len(office.analyst.get(f"{API}/analyses").json["items"]) == 2
    assert office.analyst2.get(f"{API}/analyses").json["items"] == []


def test_who_entered_a_result_does_not_verify_it(office: Any) -> None:
    order = office.make("started")
    analysis = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"][0]
    office.act(office.analyst, analysis, "submit", "analyses", result="7,0", tested_on="2026-08-20")
    both = office._as("supervisor", "lab_coordinator", id=office.STAFF["analyst"][0])

    answer = both.post(f"{API}/analyses/{analysis['id']}/actions/verify", json={})

    assert answer.status_code == 403
    assert answer.json["detail"] == "Pengisi hasil tidak boleh memverifikasi."


def test_the_typist_does_not_approve_the_own_report(office: Any) -> None:
    order = office.make("typed")
    both = office._as("lab_coordinator", id=office.STAFF["report_typist"][0])

    answer = both.post(f"{API}/reports/{office.reports(order)[0]['id']}/actions/approve", json={})

    assert answer.status_code == 403


def test_a_supervisor_of_another_group_does_not_act_on_my_sample(office: Any) -> None:
    order = office.make("assigned")
    analysis = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"][0]
    form = {"analyst": office.STAFF["analyst"][0], "target_on": "2026-09-10"}

    answer = office.supervisor2.post(f"{API}/analyses/{analysis['id']}/actions/assign", json=form)

    assert answer.status_code == 403
    assert "Penyelia Satu" in answer.json["detail"]


def test_a_stand_in_does_the_absent_supervisors_work(office: Any, deliver: Any) -> None:
    order = office.make("assigned")
    facts = {"from_on": "2020-01-01", "until_on": "2040-01-01", "is_cancelled": False}
    people = {"user_id": office.STAFF["supervisor"][0], "stand_in_id": office.STAFF["supervisor2"][0]}
    deliver("identity.absence.changed", {"absence_id": office.STAFF["treasurer"][0], **people, **facts})
    analysis = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"][0]
    form = {"analyst": office.STAFF["analyst"][0], "target_on": "2026-09-10"}

    assert office.act(office.supervisor2, analysis, "assign", "analyses", **form)["status"]["code"] == "assigned"


def test_an_absent_analyst_is_given_nothing(office: Any, deliver: Any) -> None:
    order = office.make("assigned")
    facts = {"from_on": "2020-01-01", "until_on": "2040-01-31", "is_cancelled": False, "stand_in_id": None}
    deliver(
        "identity.absence.changed",
        {"absence_id": office.STAFF["treasurer"][0], "user_id": office.STAFF["analyst"][0], **facts},
    )
    analysis = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"][0]
    form = {"analyst": office.STAFF["analyst"][0], "target_on": "2026-09-10"}

    answer = office.supervisor.post(f"{API}/analyses/{analysis['id']}/actions/assign", json=form)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"analyst": ["Analis Satu sedang tidak bertugas sampai 31-01-2040."]}


def test_a_stale_version_is_refused_and_changes_nothing(office: Any) -> None:
    order = office.make("submitted")

    answer = office.customer_service.post(
        f"{API}/orders/{order['id']}/actions/forward", json={"capability_confirmed": True}, headers={"If-Match": '"1"'}
    )

    assert answer.status_code == 412
    assert office.order(order["id"])["status"]["code"] == "submitted"


def test_a_repeated_post_gets_the_first_answer(office: Any) -> None:
    key = {"Idempotency-Key": "satu-kali"}
    first = office.customer.post(f"{API}/orders", json={"contact": "A"}, headers=key)
    second = office.customer.post(f"{API}/orders", json={"contact": "A"}, headers=key)
    other = office.customer.post(f"{API}/orders", json={"contact": "B"}, headers=key)

    assert first.json["id"] == second.json["id"]
    assert other.status_code == 422
    assert office.customer.get(f"{API}/orders").json["count"] == 1


def test_a_draft_cannot_be_changed_once_it_is_sent(office: Any) -> None:
    order = office.make("submitted")

    answers = [
        office.customer.patch(f"{API}/orders/{order['id']}", json={"contact": "X"}),
        office.customer.delete(f"{API}/samples/{order['samples'][0]['id']}"),
        office.customer.put(f"{API}/samples/{order['samples'][0]['id']}/parameters", json={"parameters": []}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]


def test_a_blocked_parameter_stops_the_submission_with_its_note(office: Any) -> None:
    order = office.draft()
    parameter = order["samples"][0]["parameters"][0]
    office.super_admin.post(f"{API}/parameters/{parameter['id']}/actions/block", json={"note": "alat rusak"})

    answer = office.customer.post(f"{API}/orders/{order['id']}/actions/submit", json={"agreed": True})

    assert answer.status_code == 409
    assert answer.json["detail"] == f"Parameter {parameter['parameter']} sedang diblokir: alat rusak."


def test_prices_and_limits_are_frozen_at_submission(office: Any) -> None:
    from chassis.db import atomic
    from svc_testing.catalogue.models import Parameter

    order = office.make("submitted")
    with office.app.app_context(), atomic():
        for parameter in Parameter.query.all():
            parameter.price_amount, parameter.limit_text = 999_999, "maks 1"

    after = office.order(order["id"])

    assert after["totals"] == order["totals"]
    assert after["samples"][0]["parameters"] == order["samples"][0]["parameters"]


def test_changes_of_a_draft_are_in_its_history_with_what_was_before(office: Any) -> None:
    order = office.draft(samples=2)
    first, second = order["samples"]
    office.customer.patch(f"{API}/orders/{order['id']}", json={"contact": "Sinta"})
    office.customer.patch(f"{API}/samples/{first['id']}", json={"code_location": "Inlet"})
    office.customer.delete(f"{API}/samples/{second['id']}")

    rows = office.customer.get(f"{API}/orders/{order['id']}/history").json["items"]

    assert [row["transition"] for row in rows] == ["create", "create", "create", "change", "change", "remove"]
    assert rows[3]["changes"] == {"contact": ["Rina", "Sinta"]}
    assert rows[4]["changes"] == {"code_location": ["AL-1", "Inlet"]}


@pytest.mark.parametrize("role", ["lab_coordinator", "supervisor"])
def test_the_laboratory_reads_histories_without_the_customers_name(office: Any, role: str) -> None:
    order = office.make("typed")
    sample, report = order["samples"][0], office.reports(order)[0]
    who = getattr(office, role)
    paths = (f"orders/{order['id']}", f"samples/{sample['id']}", f"reports/{report['id']}")

    answers = [who.get(f"{API}/{path}/history") for path in paths]

    told = " ".join(answer.get_data(as_text=True) for answer in answers)
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Penyelia Satu" in told
    assert "Pemesan" not in told
    assert "Rina" not in told


@pytest.mark.parametrize(
    "role", ["customer_service", "report_typist", "head_of_office", "lab_coordinator", "supervisor", "super_admin"]
)
def test_whoever_narrows_orders_to_a_supervisor_may_read_who_they_are(office: Any, role: str) -> None:
    who = getattr(office, role)

    found = who.get(f"{API}/people?role=supervisor").json["items"]

    assert found
    assert who.get(f"{API}/orders?supervisor_id={found[0]['value']}").status_code == 200


def names(who: Any, role: str, **query: str) -> list[str]:
    return [found["label"] for found in who.get(f"{API}/people", query_string={"role": role, **query}).json["items"]]


def tell_of(office: Any, who: str, *roles: str, is_active: bool, **more: Any) -> None:
    key, name, _ = office.STAFF[who]
    facts = {"user_id": key, "username": who, "name": name, "email": "s@contoh.test", "phone": ""}
    grants = [{"role": role, "scope": None} for role in roles]
    office.deliver("identity.staff.changed", {**facts, "roles": grants, "is_active": is_active}, **more)


def test_lists_can_be_narrowed_to_somebody_who_left_or_does_something_else_now(office: Any) -> None:
    order = office.make("started")
    handed = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"][0]
    tell_of(office, "supervisor2", "supervisor", is_active=True)
    form = {"supervisor": office.STAFF["supervisor2"][0], "reason": "Cuti"}
    office.act(office.lab_coordinator, handed, "hand_over", "analyses", **form)
    tell_of(office, "supervisor", is_active=False)
    tell_of(office, "supervisor2", "report_typist", is_active=True)
    tell_of(office, "analyst", "customer_service", is_active=True)

    who = office.lab_coordinator
    supervisors, analysts = (names(who, role, all="true") for role in ("supervisor", "analyst"))

    assert supervisors == ["Penyelia Dua", "Penyelia Satu (tidak aktif)"]
    assert analysts == ["Analis Dua (mikrobiologi)", "Analis Satu"]
    assert names(who, "supervisor") == []
    assert names(who, "analyst") == ["Analis Dua (mikrobiologi)"]
    for kind in ("orders", "samples"):
        found = who.get(f"{API}/{kind}?supervisor_id={office.STAFF['supervisor'][0]}").json
        assert found["count"] == 1, kind


def test_what_somebody_was_is_kept_also_when_it_is_told_late(office: Any) -> None:
    tell_of(office, "supervisor2", "report_typist", is_active=True)
    tell_of(office, "supervisor2", "supervisor", is_active=True, time=now() - timedelta(days=1))

    assert "Penyelia Dua" in names(office.lab_coordinator, "supervisor", all="true")
    assert "Penyelia Dua" not in names(office.lab_coordinator, "supervisor")


def test_to_name_all_supervisors_no_thing_of_the_laboratory_is_read(office: Any, statements: Any) -> None:
    office.make("started")

    assert statements(lambda: names(office.lab_coordinator, "supervisor", all="true")) == 1


@pytest.mark.parametrize("role", ["customer", "analyst", "treasurer"])
def test_others_are_given_no_names_of_colleagues(office: Any, role: str) -> None:
    assert getattr(office, role).get(f"{API}/people?role=supervisor").status_code == 403
