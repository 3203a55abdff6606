"""The laboratory in numbers: counts that agree with their lists, and who may read them."""

from __future__ import annotations

from typing import Any

import pytest

API = "/api/v1/testing"


def figures(who: Any) -> dict[str, Any]:
    answer = who.get(f"{API}/figures")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_every_number_is_that_of_its_list(office: Any) -> None:
    for state in ("drafted", "distributed", "started", "checked", "sent"):
        office.make(state)

    [group] = figures(office.head_of_office)["groups"]

    shown = {row["label"]: row["value"] for row in group["figures"]}
    assert shown == {
        "Order data sampel": 5,
        "Sampel baru": 1,
        "Sampel proses": 1,
        "Sampel selesai": 2,
        "Pelanggan yang memesan": 1,
    }
    for row in group["figures"]:
        if row["href"]:
            listed = office.head_of_office.get(row["href"]).json
            assert len(listed["items"]) == row["value"], row["label"]


def test_every_number_is_the_count_of_the_list_that_its_reader_gets(office: Any) -> None:
    for state in ("drafted", "numbered", "checked"):
        office.make(state)
    office.act(office.customer, office.make("drafted"), "discard")

    for reader, expected in ((office.lab_coordinator, [1, 0, 0, 1]), (office.head_of_office, [3, 1, 0, 1])):
        [group] = figures(reader)["groups"]
        linked = [row for row in group["figures"] if row["href"]]
        assert [row["value"] for row in linked] == expected
        assert [reader.get(row["href"]).json["count"] for row in linked] == expected


def test_months_without_work_have_no_share_and_this_month_has_what_was_sent(office: Any) -> None:
    office.make("sent")

    orders, punctuality = figures(office.lab_coordinator)["charts"]

    assert len(orders["months"]) == len(punctuality["months"]) == 12
    assert orders["months"] == sorted(orders["months"])
    assert [series["values"][-1] for series in orders["series"]] == [1, 1]
    assert punctuality["series"][0]["values"] == [None] * 11 + [100.0]


@pytest.mark.parametrize("role", ["customer", "customer_service", "analyst", "report_typist", "treasurer"])
def test_others_read_no_numbers_of_the_laboratory(office: Any, role: str) -> None:
    assert getattr(office, role).get(f"{API}/figures").status_code == 403


def test_the_numbers_take_the_same_statements_however_many_orders(office: Any, statements: Any) -> None:
    counts = []
    for more in (1, 3):
        for _ in range(more):
            office.make("started")
        counts.append(statements(lambda: figures(office.head_of_office)))

    assert counts[0] == counts[1] <= 6
