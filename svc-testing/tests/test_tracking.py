"""Tracking without login: what it tells, and what it never does."""

from __future__ import annotations

from typing import Any

import pytest

from svc_testing.orders.standings import WORDS
from svc_testing.orders.workflow import ORDER

API = "/api/v1/testing"


def track(office: Any, number: Any, digits: Any = "0123") -> Any:
    return office.app.test_client().post(f"{API}/trackings", json={"number": number, "digits": digits})


def test_a_stranger_finds_an_order_by_any_of_its_numbers(office: Any) -> None:
    order = office.make("started")
    sample, pre = order["samples"][0]["number"], order["pre_number"]

    for typed in (pre, pre.lower(), pre.replace("-", " "), order["number"], "1", sample, f"p.1-{office.YEAR}"):
        answer = track(office, typed)
        assert answer.status_code == 200, (typed, answer.json)
        assert answer.json["step"] == 5
        assert answer.json["waits_for"] == "Laboratorium"
        assert answer.json["due"] == order["target_on"]


def test_tracking_tells_no_names_no_prices_and_no_results(office: Any) -> None:
    order = office.make("sent")

    shown = track(office, order["number"]).json

    assert set(shown) == {"number", "step", "now", "next", "waits_for", "due", "since"}
    assert "Contoh Tirta" not in str(shown)
    assert order["id"] not in str(shown)


def test_an_unknown_number_and_wrong_digits_get_the_same_answer(office: Any) -> None:
    order = office.make("submitted")

    wrong, unknown = track(office, order["pre_number"], "9999"), track(office, "POP-99999", "0123")

    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.json["detail"] == unknown.json["detail"]


def test_wrong_digits_and_an_unknown_number_take_the_same_work(office: Any, statements: Any) -> None:
    order = office.make("submitted")

    wrong = statements(lambda: track(office, order["pre_number"], "9999"))

    assert wrong == statements(lambda: track(office, "POP-99999")) == statements(lambda: track(office, "POP-1"))


def test_any_of_several_telephones_opens_the_order(office: Any) -> None:
    order = office.make("drafted")
    office.customer.patch(f"{API}/orders/{order['id']}", json={"contact_phone": "(0561) 700-999; 0812 0000 4455"})

    assert [track(office, order["pre_number"], end).status_code for end in ("0999", "4455", "0123")] == [200, 200, 404]


@pytest.mark.parametrize("phone", ["", "12", "; ,"])
def test_an_order_without_a_telephone_is_never_found(office: Any, phone: str) -> None:
    order = office.make("drafted")
    office.customer.patch(f"{API}/orders/{order['id']}", json={"contact_phone": phone})

    assert track(office, order["pre_number"], "0012").status_code == 404
    assert track(office, order["pre_number"], "").status_code == 422


def test_a_discarded_draft_is_not_found(office: Any) -> None:
    order = office.make("drafted")
    office.act(office.customer, order, "discard")

    assert track(office, order["pre_number"]).status_code == 404


@pytest.mark.parametrize("digits", ["12", "12345", "abcd", "١٢٣٤", None, 1234, {"$ne": ""}])
def test_only_four_plain_digits_are_tried(office: Any, digits: Any) -> None:
    assert track(office, "POP-1", digits).status_code == 422


def test_there_are_words_for_every_state() -> None:
    assert set(WORDS) == set(ORDER.states)


def test_the_customer_reads_how_to_pay_and_what_to_bring(office: Any) -> None:
    submitted, billed, started = (office.make(state)["standing"] for state in ("submitted", "billed", "started"))

    assert submitted["payment_terms"] == "Dibayar di muka dengan kode billing sebelum contoh diuji."
    assert submitted["bring"] == []
    assert billed["waits_for"] == "Anda"
    assert len(billed["bring"]) == 3
    assert (started["payment_terms"], started["bring"]) == (None, [])


def test_the_office_reads_no_words_meant_for_the_customer(office: Any) -> None:
    order = office.make("submitted")

    assert office.seen_by(office.customer_service, order["id"])["standing"] is None
