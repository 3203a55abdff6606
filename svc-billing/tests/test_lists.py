"""Boxes, search, xlsx, and how many statements a list and a page cost."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def boxes(person):
    return {(row["box"], row["label"]): row["count"] for row in person.get("/api/v1/billing/worklists").json}


def test_the_treasurers_boxes_hold_what_the_menu_says(desk):
    for state in ("opened", "deferred", "billed", "expired", "paid", "waived", "returned", "voided"):
        desk.make(state)

    counts = boxes(desk.treasurer)
    assert counts == {
        ("new", "Order Baru"): 2,
        ("process", "Order Proses"): 2,
        ("archive", "Order Lama"): 2,
        ("refunds-open", "Pengembalian"): 0,
    }
    for row in desk.treasurer.get("/api/v1/billing/worklists").json:
        assert desk.treasurer.get(row["href"]).json["count"] == row["count"]


def test_the_head_sees_the_refunds_that_wait(desk):
    desk.tell("order.cancelled", desk.see(desk.make("paid")), refund="deposit", reason="Batal")
    head = desk.as_("head_of_office")

    assert boxes(head) == {("refunds", "Pengembalian"): 1}
    assert boxes(desk.treasurer)["refunds-open", "Pengembalian"] == 1
    actions = head.get("/api/v1/billing/refunds?box=refunds").json["items"][0]["actions"]
    assert [action["label"] for action in actions] == ["Setujui Pengembalian", "Tolak Pengembalian"]


def test_a_box_of_another_role_is_empty_and_an_unknown_one_is_refused(desk):
    desk.make()

    assert desk.as_("customer_service").get("/api/v1/billing/invoices?box=new").json["items"] == []
    assert desk.treasurer.get("/api/v1/billing/invoices?box=nope").status_code == 422


@pytest.mark.parametrize("wanted", ["POP-7", "00152", "820260818777777", "khatulistiwa", "pop-7"])
def test_an_invoice_is_found_by_number_code_and_customer(desk, wanted):
    facts = {"customer_id": desk.FIRST, "name": "PT Contoh Tirta Khatulistiwa", "status": "verified"}
    desk.deliver("identity.customer.verified", facts)
    desk.make(customer_id=desk.OTHER, pre_number="POP-1")
    invoice_id = desk.make(pre_number="POP-7")
    desk.done(invoice_id, "bill", **desk.bill_form(billing_code="820260818777777"))
    desk.tell("order.numbered", desk.see(invoice_id), order_number="00152", samples=[])

    found = desk.treasurer.get("/api/v1/billing/invoices", query_string={"q": wanted}).json

    assert [item["id"] for item in found["items"]] == [invoice_id]


def test_pages_hold_every_invoice_once(desk):
    ids = {desk.make() for _ in range(7)}
    seen, cursor = [], ""
    while cursor is not None:
        page = desk.treasurer.get("/api/v1/billing/invoices", query_string={"limit": 3, "cursor": cursor}).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]

    assert len(seen) == 7
    assert set(seen) == ids


def test_the_xlsx_holds_the_same_rows(desk):
    desk.make("billed", pre_number="=1+1")
    desk.make("paid")

    answer = desk.treasurer.get("/api/v1/billing/invoices?format=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))

    assert answer.content_type == XLSX
    assert rows[0][:5] == ("No", "Pre-Order", "Order", "Tanggal Order", "Nama Pelanggan")
    assert sorted(row[10] for row in rows[1:]) == ["BELUM LUNAS", "LUNAS"]
    assert {row[7] for row in rows[1:]} == {desk.TOTAL}
    assert "=1+1" in {row[1] for row in rows[1:]}


def test_a_longer_list_costs_no_more_statements(desk, statements):
    counts = []
    for state in ("opened", "billed", "expired", "paid", "waived", "deferred"):
        desk.make(state)
        counts.append(statements(lambda: desk.treasurer.get("/api/v1/billing/invoices?limit=200")))

    assert counts[-1] == counts[-2] <= 8


def test_the_xlsx_costs_no_more_statements_either(desk, statements):
    desk.make("paid")
    one = statements(lambda: desk.treasurer.get("/api/v1/billing/invoices?format=xlsx"))
    for _ in range(4):
        desk.make("paid")

    assert statements(lambda: desk.treasurer.get("/api/v1/billing/invoices?format=xlsx")) == one


def test_an_invoice_with_a_past_costs_a_fixed_number_of_statements(desk, statements):
    invoice_id = desk.make("paid")
    first = statements(lambda: desk.see(invoice_id))
    for _ in range(3):
        desk.done(invoice_id, "reverse", reason="x")
        desk.done(invoice_id, "cancel_ebilling", reason="x")
        desk.done(invoice_id, "bill", **desk.bill_form())
        desk.done(invoice_id, "confirm", **desk.receipt())

    assert statements(lambda: desk.see(invoice_id)) == first <= 10


def test_worklists_cost_one_statement_a_box(desk, statements):
    desk.make()

    assert statements(lambda: desk.treasurer.get("/api/v1/billing/worklists")) == 4
