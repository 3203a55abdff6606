"""Filters of the lists, acts on many rows, and whole lists as files."""

from __future__ import annotations

import io
import uuid
from typing import Any

import openpyxl
import pytest

from chassis.exports import rules, tasks
from chassis.testing import example, same_shape

API = "/api/v1/testing"


def ids(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.json
    return {item["id"] for item in answer.json["items"]}


@pytest.fixture
def orders(office: Any) -> dict[str, str]:
    return {state: office.make(state)["id"] for state in ("submitted", "paid", "started")}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("payment=paid", {"paid", "started"}),
        ("payment=unpaid", {"submitted"}),
        ("payment=contract", set()),
        ("stage=2", {"submitted"}),
        ("stage=5", {"started"}),
        ("origin=bring_in", {"submitted", "paid", "started"}),
        ("origin=sampling", set()),
        ("overdue=true", set()),
        ("status=paid,submitted", {"paid", "submitted"}),
    ],
)
def test_orders_are_found_by_what_the_filters_say(office: Any, orders: Any, query: str, wanted: set[str]) -> None:
    assert ids(office.customer_service.get(f"{API}/orders?{query}")) == {orders[state] for state in wanted}


def test_samples_and_parameters_are_found_by_people_and_standard(office: Any, orders: Any) -> None:
    [sample] = office.lab_coordinator.get(f"{API}/samples?status=started").json["items"]
    supervisor, analyst = office.STAFF["supervisor"][0], office.STAFF["analyst"][0]
    nobody, standard = uuid.uuid4(), sample["standard"]["id"]

    for query in (f"supervisor_id={supervisor}", f"analyst_id={analyst}", f"standard_id={standard}&status=started"):
        assert ids(office.lab_coordinator.get(f"{API}/samples?{query}")) == {sample["id"]}, query
    for name in ("supervisor_id", "analyst_id", "standard_id"):
        assert ids(office.lab_coordinator.get(f"{API}/samples?{name}={nobody}")) == set()
        assert ids(office.lab_coordinator.get(f"{API}/analyses?{name}={nobody}")) == set()
    assert len(ids(office.lab_coordinator.get(f"{API}/analyses?analyst_id={analyst}"))) == 2


@pytest.mark.parametrize("query", ["payment=gift", "stage=9", "standard_id=x", "overdue=maybe"])
def test_a_filter_nobody_knows_is_refused(office: Any, query: str) -> None:
    assert office.customer_service.get(f"{API}/orders?{query}").status_code == 422


def verifiable(office: Any, count: int) -> list[str]:
    """Analyses that wait for the supervisor."""
    found: list[str] = []
    while len(found) < count:
        order = office.make("started")
        for sample in office.seen_by(office.lab_coordinator, order["id"])["samples"]:
            for analysis in sample["analyses"]:
                office.act(office.analyst, analysis, "submit", "analyses", result="7,0", tested_on="2026-08-20")
                found.append(analysis["id"])
    return found[:count]


def test_many_results_are_verified_and_those_that_cannot_say_why(office: Any) -> None:
    waiting = verifiable(office, 3)
    office.act(office.supervisor, waiting[0], "verify", "analyses")
    path = f"{API}/analyses/actions/verify"

    preview = office.supervisor.post(f"{path}/preview", json={"ids": waiting}).json
    chosen = [{"id": item["id"], "version": item["version"]} for item in preview["items"] if item["ok"]]
    done = office.supervisor.post(path, json={"items": chosen}).json

    assert [item["ok"] for item in preview["items"]] == [False, True, True]
    assert "TERVERIFIKASI" in preview["items"][0]["refusal"]
    assert [item["ok"] for item in done["items"]] == [True, True]


def test_a_preview_takes_the_same_statements_for_two_as_for_six(office: Any, statements: Any) -> None:
    waiting = verifiable(office, 6)
    path = f"{API}/analyses/actions/verify/preview"
    counts = [
        statements(lambda ids=ids: office.supervisor.post(path, json={"ids": ids})) for ids in (waiting[:2], waiting)
    ]

    assert counts[0] == counts[1] <= 12


def test_another_company_is_told_nothing_about_things_it_may_not_see(office: Any) -> None:
    office.make("sent")
    [report] = office.customer_service.get(f"{API}/reports").json["items"]
    nothing = str(uuid.uuid4())

    answer = office.other_customer.post(f"{API}/reports/actions/send/preview", json={"ids": [report["id"], nothing]})

    first, second = answer.json["items"]
    assert {**first, "id": ""} == {**second, "id": ""}


def test_the_laboratory_finds_no_customer_in_its_files(office: Any, orders: Any) -> None:
    for kind in ("orders", "samples", "reports"):
        book = openpyxl.load_workbook(io.BytesIO(office.lab_coordinator.get(f"{API}/{kind}?format=xlsx").data))
        rows = office.lab_coordinator.get(f"{API}/{kind}?format=rows").json
        cells = " ".join(str(cell) for row in book["Data"].iter_rows(values_only=True) for cell in row)
        assert "Contoh Tirta" not in f"{cells} {rows}"


@pytest.mark.parametrize("kind", ["orders", "samples", "analyses", "reports"])
def test_a_file_holds_what_the_list_holds_also_when_it_is_worked_off_later(
    office: Any, app: Any, published: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    office.make("sent", samples=2)
    monkeypatch.setattr(rules, "AT_ONCE", 0)
    monkeypatch.setattr(tasks, "PIECE_ROWS", 1)
    who = office.lab_coordinator
    shown = who.get(f"{API}/{kind}?format=rows").json
    asked = who.post(f"{API}/exports", json={"list": kind, "format": "xlsx", "query": {}})
    with app.app_context():
        tasks.work()

    file = who.get(f"{API}/exports/{asked.json['id']}/file")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data))["Data"].iter_rows(values_only=True))

    assert list(rows[0]) == ["No", *shown["columns"]]
    assert [row[0] for row in rows[1:]] == list(range(1, len(rows)))
    assert sorted(row[1] for row in rows[1:]) == sorted(row[0] for row in shown["rows"])
    [(event, facts)] = published(full=True, prefix="testing.export.")
    assert same_shape(facts, example(event)["data"]) == []


def test_who_may_not_read_a_list_gets_no_file_of_it(office: Any) -> None:
    wish = {"list": "analyses", "format": "pdf", "query": {}}

    assert office.customer.post(f"{API}/exports", json=wish).status_code == 403


def test_prints_say_their_filters_in_words(office: Any, orders: Any) -> None:
    supervisor = office.STAFF["supervisor"][0]
    said = office.customer_service.get(f"{API}/orders?format=rows&status=paid&stage=3&payment=paid&q=POP").json
    late = office.lab_coordinator.get(f"{API}/samples?format=rows&overdue=true&supervisor_id={supervisor}").json

    assert set(said["words"]) >= {"Tahap: Pembayaran", "Pembayaran: Lunas", "Pencarian: POP"}
    assert not [word for word in said["words"] if "paid" in word]
    assert late["words"] == ["Terlambat: ya", "Penyelia: Penyelia Satu"]
