from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

API = "/api/v1/testing"
PAGES = (
    ("customer", "orders", 9),
    ("customer_service", "orders", 9),
    ("customer_service", "reports", 9),
    ("supervisor2", "samples", 10),
    ("supervisor2", "analyses", 9),
    ("lab_coordinator", "samples", 9),
    ("lab_coordinator", "analyses", 9),
    ("report_typist", "reports", 9),
)


@pytest.mark.slow
def test_a_list_takes_the_same_statements_for_two_rows_as_for_six(office: Any, statements: Any) -> None:
    def counted() -> dict[tuple[str, str], int]:
        return {
            (role, kind): statements(lambda role=role, kind=kind: getattr(office, role).get(f"{API}/{kind}"))
            for role, kind, _ in PAGES
        }

    office.make("checked", samples=2)
    few = counted()
    for _ in range(2):
        office.make("checked", samples=2)

    assert counted() == few
    assert {(role, kind): few[role, kind] for role, kind, most in PAGES if few[role, kind] > most} == {}


@pytest.mark.slow
def test_an_order_page_takes_the_same_statements_however_many_samples(office: Any, statements: Any) -> None:
    small, large = office.make("checked", samples=1), office.make("checked", samples=4)

    for role in ("customer", "customer_service", "supervisor2", "lab_coordinator", "report_typist"):
        counts = [
            statements(lambda role=role, order=order: getattr(office, role).get(f"{API}/orders/{order['id']}"))
            for order in (small, large)
        ]
        assert counts[0] == counts[1] <= 14, role


def test_pages_follow_one_another_without_gap_or_double(office: Any) -> None:
    made = [office.draft()["id"] for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = office.customer.get(f"{API}/orders?limit=2&cursor={cursor}").json
        seen += [order["id"] for order in page["items"]]
        cursor = page["next"]

    assert seen == made[::-1]
    assert page["count"] == 5
    assert page["count_is_exact"]


@pytest.mark.parametrize(
    ("role", "box", "kind", "state"),
    [
        ("customer_service", "cs-new", "orders", "submitted"),
        ("customer_service", "cs-new", "orders", "paid"),
        ("lab_coordinator", "lab-new", "samples", "distributed"),
        ("supervisor", "supervisor-new", "samples", "assigned"),
        ("analyst", "analyst-mine", "analyses", "started"),
        ("lab_coordinator", "lab-finished", "samples", "finished"),
        ("report_typist", "typist-new", "reports", "checked"),
        ("lab_coordinator", "lab-reports", "reports", "typed"),
        ("customer_service", "cs-issued", "reports", "issued"),
        ("customer_service", "cs-sent", "reports", "sent"),
        ("customer", "customer-old", "orders", "sent"),
    ],
)
def test_work_lies_in_the_box_of_who_does_it_next(office: Any, role: str, box: str, kind: str, state: str) -> None:
    office.make(state)
    who = getattr(office, role)

    boxes = {found["box"]: found["count"] for found in who.get(f"{API}/worklists").json}

    assert boxes[box] == len(who.get(f"{API}/{kind}?box={box}").json["items"]) > 0


ROLES = ("customer", "customer_service", "treasurer", "lab_coordinator", "supervisor2", "analyst2", "report_typist")


@pytest.mark.slow
def test_a_row_of_the_list_says_what_the_page_of_the_order_says(office: Any) -> None:
    """Also which acts are open, with all their fields: the row is made of other reads than the page."""
    for state, made in office.through(samples=2):
        for role in (*ROLES, "super_admin", "head_of_office", "sampling_officer"):
            who = getattr(office, role)
            for row in who.get(f"{API}/orders").json["items"]:
                page = office.seen_by(who, row["id"])
                links = {name: page["links"][name] for name in row["links"]}
                assert row == {name: page[name] for name in row} | {"links": links}, (state, role)
        listed = office.super_admin.get(f"{API}/orders").json["items"]
        assert [(row["id"], row["status"]["code"]) for row in listed] == [(made["id"], state)]


def test_parameters_to_choose_from_lie_behind_an_address_and_no_others_are_accepted(office: Any) -> None:
    order = office.make("submitted")
    shown = office.seen_by(office.customer_service, order["id"])
    (edit,) = (action for action in shown["actions"] if action["name"] == "edit")
    rows = next(field for field in edit["fields"] if field["name"] == "parameters")["fields"]
    field = next(field for field in rows if field["name"] == "parameter")
    offered = [item["value"] for item in office.customer_service.get(field["options_href"]).json["items"]]
    other = office.standard("SNI 3553:2015")["parameters"][0]["id"]

    def add(parameter: str) -> Any:
        row = {"sample": shown["samples"][0]["id"], "parameter": parameter, "change": "tambah"}
        form = {"samples": [], "parameters": [row], "reason": "Diminta lewat telepon"}
        return office.customer_service.post(f"{API}/orders/{order['id']}/actions/edit", json=form)

    assert "options" not in field
    assert other not in offered
    assert "parameters.0.parameter" in add(other).json["errors"]
    added = add(offered[-1])
    assert added.status_code == 200, added.json["errors"]
    assert office.other_customer.get(field["options_href"]).status_code == 404


def test_a_draft_lists_what_keeps_it_from_being_sent(office: Any) -> None:
    def offered(order: dict[str, Any]) -> set[str]:
        (row,) = office.customer.get(f"{API}/orders").json["items"]
        page = office.order(order["id"])
        assert [row[name] for name in ("actions", "totals")] == [page[name] for name in ("actions", "totals")]
        return {action["name"] for action in row["actions"]}

    order = office.draft(samples=2)
    sample, parameter = order["samples"][0], order["samples"][0]["parameters"][0]
    assert "submit" in offered(order)

    office.act(office.super_admin, parameter, "block", "parameters", note="Alat rusak")
    assert "submit" not in offered(order)
    office.act(office.super_admin, parameter, "unblock", "parameters")
    assert "submit" in offered(order)

    office.customer.put(f"{API}/samples/{sample['id']}/parameters", json={"parameters": []})
    assert "submit" not in offered(order)
    office.customer.delete(f"{API}/samples/{sample['id']}")
    assert "submit" in offered(order)


def test_a_refused_act_leaves_the_row_as_it_was(office: Any) -> None:
    order = office.draft()
    (before,) = office.customer.get(f"{API}/orders").json["items"]

    form = {"sample_type": "Air", "code_location": "AL-9", "standard_id": order["samples"][0]["standard"]["id"]}
    refused = office.customer.post(f"{API}/orders/{order['id']}/samples", json={**form, "parameters": [order["id"]]})

    assert refused.status_code == 422
    assert office.customer.get(f"{API}/orders").json["items"] == [before]


def test_a_box_of_another_role_is_empty(office: Any) -> None:
    office.make("submitted")
    assert office.customer.get(f"{API}/orders?box=cs-new").json["items"] == []


def test_a_list_is_given_as_xlsx_with_text_that_is_never_a_formula(office: Any) -> None:
    order = office.draft()
    office.customer.patch(f"{API}/samples/{order['samples'][0]['id']}", json={"code_location": "=HYPERLINK(1)"})

    book = load_workbook(io.BytesIO(office.customer.get(f"{API}/samples?format=xlsx").data))

    rows = list(book.active.iter_rows())
    cells = {heading.value: cell for heading, cell in zip(*rows, strict=True)}
    assert {"Nomor Analisis", "Jenis Contoh", "Kode/lokasi"} <= cells.keys()
    assert cells["Kode/lokasi"].value == "=HYPERLINK(1)"
    assert cells["Kode/lokasi"].data_type == "s"


def test_a_search_finds_an_order_by_its_number(office: Any) -> None:
    first, second = office.make("numbered"), office.make("numbered")

    found = office.customer_service.get(f"{API}/orders?q={second['number']}").json["items"]

    assert [order["id"] for order in found] == [second["id"]]
    assert first["number"] != second["number"]
