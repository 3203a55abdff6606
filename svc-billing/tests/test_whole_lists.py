"""Invoices and refunds as files: whole, in words, and for nobody else's eyes."""

from __future__ import annotations

import io

import openpyxl
import pytest

from chassis.exports import rules, tasks
from chassis.testing import example, same_shape

API = "/api/v1/billing"


def test_a_file_of_invoices_is_worked_off_and_told_of(desk, app, published, monkeypatch):
    for state in ("billed", "paid", "opened"):
        desk.make(state)
    monkeypatch.setattr(rules, "AT_ONCE", 1)
    treasurer = desk.as_("treasurer")
    asked = treasurer.post(
        f"{API}/exports", json={"list": "invoices", "format": "xlsx", "query": {"sort": "created_at"}}
    )
    with app.app_context():
        tasks.work()

    file = treasurer.get(f"{API}/exports/{asked.json['id']}/file")

    rows = list(openpyxl.load_workbook(io.BytesIO(file.data))["Data"].iter_rows(values_only=True))
    assert rows[0][:3] == ("No", "Pre-Order", "Order")
    assert len(rows) == 4
    [(event, facts)] = published(full=True, prefix="billing.export.")
    assert same_shape(facts, example(event)["data"]) == []


@pytest.mark.parametrize("kind", ["invoices", "refunds"])
def test_a_print_says_its_filter_in_words(desk, kind):
    desk.make("paid")

    said = desk.as_("treasurer").get(f"{API}/{kind}?format=rows&status=paid,requested").json

    assert len(said["words"]) == 1
    assert "paid" not in said["words"][0]


def test_a_customer_finds_only_its_own_in_its_file(desk, as_):
    desk.make("billed")
    stranger = as_("customer", customer_id="0199d000-0000-7000-8000-0000000000ff")

    assert stranger.get(f"{API}/invoices?format=rows").json["rows"] == []
    assert stranger.get(f"{API}/invoices?format=ids").json == {"ids": [], "has_more": False}
