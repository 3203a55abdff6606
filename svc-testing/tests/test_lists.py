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
@pytest.mark.parametrize(("role", "kind", "most"), PAGES)
def test_a_list_takes_the_same_statements_for_two_rows_as_for_six(
    office: Any, statements: Any, role: str, kind: str, most: int
) -> None:
    who = getattr(office, role)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            office.make("checked", samples=2)
        counts.append(statements(lambda: who.get(f"{API}/{kind}")))

    assert counts[0] == counts[1] <= most


@pytest.mark.slow
@pytest.mark.parametrize("role", ["customer", "customer_service", "supervisor2", "lab_coordinator", "report_typist"])
def test_an_order_page_takes_the_same_statements_however_many_samples(office: Any, statements: Any, role: str) -> None:
    small, large = office.make("checked", samples=1), office.make("checked", samples=4)

    counts = [
        statements(lambda order=order: office.lab_coordinator.get(f"{API}/orders/{order['id']}"))
        for order in (small, large)
    ]

    assert counts[0] == counts[1] <= 14


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


def test_a_box_of_another_role_is_empty(office: Any) -> None:
    office.make("submitted")
    assert office.customer.get(f"{API}/orders?box=cs-new").json["items"] == []


def test_a_list_is_given_as_xlsx_with_text_that_is_never_a_formula(office: Any) -> None:
    order = office.draft()
    office.customer.patch(f"{API}/samples/{order['samples'][0]['id']}", json={"code_location": "=HYPERLINK(1)"})

    book = load_workbook(io.BytesIO(office.customer.get(f"{API}/samples?format=xlsx").data))

    rows = list(book.active.iter_rows())
    assert [cell.value for cell in rows[0]][:3] == ["Nomor Analisis", "Jenis Contoh", "Kode/lokasi"]
    assert rows[1][2].value == "=HYPERLINK(1)"
    assert rows[1][2].data_type == "s"


def test_a_search_finds_an_order_by_its_number(office: Any) -> None:
    first, second = office.make("numbered"), office.make("numbered")

    found = office.customer_service.get(f"{API}/orders?q={second['number']}").json["items"]

    assert [order["id"] for order in found] == [second["id"]]
    assert first["number"] != second["number"]
