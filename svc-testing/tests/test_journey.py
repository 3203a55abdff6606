from __future__ import annotations

from typing import Any

import pytest

from svc_testing.orders.workflow import LAB

STATES = ("drafted", "submitted", "invoiced", "billed", "paid", "numbered", *LAB)


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_an_order_reaches_each_state_by_the_acts_of_its_people(office: Any, state: str) -> None:
    assert office.make(state, samples=2)["status"]["code"] == state


def test_numbers_are_issued_together_and_look_as_they_should(office: Any) -> None:
    order = office.make("numbered", samples=2)

    assert order["number"] == "00001"
    assert [sample["number"] for sample in order["samples"]] == [f"P.{n:05d} - {office.YEAR}" for n in (1, 2)]


def test_a_report_that_was_sent_is_collected_and_the_order_archived(office: Any) -> None:
    order = office.make("sent")
    report = office.reports(order)[0]

    office.act(
        office.customer_service,
        report,
        "collect",
        "reports",
        collector_name="Rina Contoh",
        collected_at="2026-09-01T02:00:00Z",
        copies=1,
    )

    assert office.order(order["id"])["status"]["code"] == "archived"
