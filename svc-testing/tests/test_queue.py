"""The queue of each desk, and what a number leads to."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from chassis.db import atomic, db
from svc_testing.samples.models import Sample

API = "/api/v1/testing"
NEXT = (
    ("customer", "drafted", "submit"),
    ("customer_service", "submitted", "forward"),
    ("customer_service", "paid", "accept"),
    ("customer_service", "numbered", "distribute"),
    ("lab_coordinator", "distributed", "assign"),
    ("supervisor", "assigned", None),
    ("analyst", "started", None),
    ("lab_coordinator", "finished", "check"),
    ("report_typist", "checked", "number"),
    ("lab_coordinator", "typed", "approve"),
    ("customer_service", "issued", "send"),
)


def queue(who: Any) -> dict[str, Any]:
    answer = who.get(f"{API}/queue")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def promise(office: Any, sample_id: str, day: date | None) -> None:
    with office.app.app_context(), atomic():
        db.session.execute(sa.update(Sample).where(Sample.id == uuid.UUID(sample_id)).values(target_on=day))


@pytest.mark.parametrize(("role", "state", "act"), NEXT)
def test_work_waits_for_who_does_it_next_with_the_one_next_act(office: Any, role: str, state: str, act: str) -> None:
    office.make(state)

    [entry, *more] = queue(getattr(office, role))["items"]

    assert more == []
    assert entry["links"]["self"].startswith(f"{API}/")
    assert entry["status"]["label"]
    assert (entry["act"] or {}).get("name") == act
    if act:
        assert entry["act"]["href"].startswith(f"{API}/")


@pytest.mark.parametrize(
    ("role", "state"), [(role, state) for role, state, _ in NEXT if state not in ("drafted", "started")]
)
def test_it_waits_for_nobody_else(office: Any, role: str, state: str) -> None:
    office.make(state)
    desks = ["customer", *(name for name in office.STAFF if name != "sampling_officer")]

    waiting = [name for name in desks if queue(getattr(office, name))["items"]]

    assert {name.rstrip("2") for name in waiting} == {role}


def test_what_was_promised_first_is_first_and_what_has_no_promise_waits_before_what_is_for_later(office: Any) -> None:
    today = datetime.now(ZoneInfo("Asia/Pontianak")).date()
    days = {"late": -9, "later": 30, "latest": 40, "lately": -2}
    for name, day in days.items():
        sample = office.make("distributed")["samples"][0]
        promise(office, sample["id"], today + timedelta(days=day))
        days[name] = sample["number"]
    plain = office.make("distributed")["samples"][0]
    promise(office, plain["id"], None)

    numbers = [entry["number"] for entry in queue(office.lab_coordinator)["items"]]

    assert numbers == [days["late"], days["lately"], plain["number"], days["later"], days["latest"]]


def test_another_customer_s_things_are_never_in_a_queue(office: Any) -> None:
    order = office.make("drafted")
    office.make("billed")

    assert queue(office.other_customer)["items"] == []
    assert [lane["count"] for lane in queue(office.other_customer)["lanes"]] == [0]
    assert order["id"] in [entry["id"] for entry in queue(office.customer)["items"]]


def test_an_analyst_has_own_parameters_only(office: Any) -> None:
    office.make("started")

    entries = {name: queue(getattr(office, name))["items"] for name in ("analyst", "analyst2")}

    assert [len(found) for found in entries.values()] == [1, 0]
    assert entries["analyst"][0]["about"] == "2 parameter belum diisi: pH, BOD"


def test_a_bill_to_pay_is_due_when_its_code_ends(office: Any) -> None:
    office.make("billed")

    [entry] = queue(office.customer)["items"]

    assert entry["open_label"] == "Lihat kode billing"
    assert entry["due_on"]


def test_the_menu_the_box_and_the_list_behind_it_give_a_customer_one_number(office: Any) -> None:
    returned = office.make("submitted")
    office.act(office.customer_service, returned, "return", note="Mohon diperbaiki")
    waiting = {returned["id"], *(office.make(state)["id"] for state in ("drafted", "billed"))}
    office.make("submitted")
    office.make("started")

    for who, expected in ((office.customer, waiting), (office.other_customer, set())):
        [lane] = queue(who)["lanes"]
        [box] = [box for box in who.get(f"{API}/worklists").json if box["label"] == lane["label"]]
        rows = who.get(box["href"]).json

        assert lane["href"] == box["href"]
        assert {row["id"] for row in rows["items"]} == expected
        assert lane["count"] == box["count"] == rows["count"] == len(expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("customer", "drafted"),
        ("customer_service", "paid"),
        ("lab_coordinator", "finished"),
        ("report_typist", "checked"),
    ],
)
def test_a_queue_takes_the_same_statements_for_one_row_as_for_six(
    office: Any, statements: Any, role: str, state: str
) -> None:
    who, counts = getattr(office, role), []
    for more in (1, 5):
        for _ in range(more):
            office.make(state, samples=2)
        counts.append(statements(lambda: queue(who)))

    assert counts[0] == counts[1] <= 20


def find(who: Any, number: str) -> list[tuple[str, str]]:
    answer = who.get(f"{API}/find", query_string={"number": number})
    assert answer.status_code == 200, answer.json
    return [(found["kind"], found["number"]) for found in answer.json["items"]]


def test_numbers_are_found_as_they_are_typed_at_the_counter(office: Any) -> None:
    order = office.make("typed")
    sample, year = order["samples"][0]["number"], office.YEAR
    report = office.report_typist.get(f"{API}/reports").json["items"][0]["number"]

    assert sample == f"P.00001 - {year}"
    for typed in (sample, sample.lower(), "p00001", f"P.1 - {year}", f"P00001-{year}"):
        assert find(office.customer_service, typed) == [("Sampel", sample)], typed
    for typed in ("POP-1", "pop 1", "pop1", " Pop-1 "):
        assert find(office.customer_service, typed) == [("Order", order["number"])], typed
    assert ("Order", order["number"]) in find(office.customer_service, order["number"])
    assert find(office.customer_service, report) == [("Laporan", report)]
    assert {kind for kind, _ in find(office.customer_service, "1")} == {"Order", "Sampel"}


@pytest.mark.parametrize("typed", ["P.00001 - 1999", "POP-2", "ABC-1", "9" * 80, "%", "P.1-2026-3", "'; --"])
def test_what_carries_no_number_of_ours_finds_nothing(office: Any, typed: str) -> None:
    office.make("numbered")

    assert find(office.customer_service, typed) == []


def test_a_number_of_another_customer_leads_nowhere(office: Any) -> None:
    order = office.make("sent")
    for number in ("POP-1", order["number"], order["samples"][0]["number"], order["reports"][0]["number"]):
        assert find(office.customer, number) != []
        assert find(office.other_customer, number) == []


def test_the_laboratory_finds_samples_without_learning_the_customer(office: Any) -> None:
    office.make("started")

    found = office.analyst.get(f"{API}/find?number=POP-1").get_data(as_text=True)

    assert "PT Contoh" not in found
