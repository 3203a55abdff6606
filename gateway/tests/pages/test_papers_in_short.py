"""The papers of a company stand where it is verified and where its order is accepted, with what ends and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reader import Page, Reader
from shelf import Shelf

Client = Callable[[str], Reader]


def paper(kind: str, label: str, number: str, expires_on: str | None = None, status: str = "current") -> dict[str, Any]:
    key = f"0193a5c8-0000-7000-8000-{kind.encode().hex()[:12]:0>12}"
    return {
        "id": key, "kind": kind, "kind_label": label, "number": number, "note": "", "expires_on": expires_on,
        "expires_soon": False, "status": {"code": status, "label": status}, "links": {}, "actions": [],
        "created_at": "2026-01-20T03:00:00+00:00",
    }  # fmt: skip


def short(client: Client, shelf: Shelf, *papers: dict[str, Any], username: str = "cs") -> Page:
    company = shelf.example("pelanggan", "identity/me")["customer_id"]
    shelf.replies[f"GET identity/customers/{company}/documents"] = (200, {"items": list(papers)})
    known = {"id": company, "name": "PT Contoh", "nib": "9120001234567", "npwp": "01.234.567.4-701.000"}
    shelf.replies[f"GET identity/customers/{company}"] = (200, known)
    return client(username).get(f"/pelanggan/{company}/dokumen/ringkas", is_piece=True)


def test_papers_that_have_ended_are_told_and_can_be_renewed(client: Client, shelf: Shelf) -> None:
    page = short(client, shelf, paper("deed", "Akta", "12", "2020-01-31"), paper("permit", "Izin usaha", "7"))

    assert "Masa berlaku habis 31 Januari 2020" in page.text
    assert "Berlaku tanpa batas" in page.text
    assert [link for link in page.links if link.endswith("?jenis=deed&nomor=12#unggah")]


def test_what_is_missing_or_was_replaced_is_asked_for(client: Client, shelf: Shelf) -> None:
    page = short(client, shelf, paper("npwp", "NPWP", "1"), paper("nib", "NIB", "2", status="replaced"))

    assert "Belum tersimpan: Akta, NIB." in page.text


@pytest.mark.parametrize(("number", "told"), [("9120001234568", True), ("9120 0012 34567", False), ("", False)])
def test_a_number_unlike_the_registered_one_is_told(client: Client, shelf: Shelf, number: str, told: bool) -> None:
    page = short(client, shelf, paper("nib", "NIB", number))

    assert ("Pada identitas tertulis 9120001234567" in page.text) is told


def test_the_punctuation_of_a_tax_number_is_no_difference(client: Client, shelf: Shelf) -> None:
    assert "Pada identitas" not in short(client, shelf, paper("npwp", "NPWP", "012345674701000")).text


@pytest.mark.parametrize(("username", "offered"), [("pelanggan", True), ("cs", True), ("pjlab", False)])
def test_an_order_offers_the_papers_to_its_company_and_the_desk(
    client: Client, shelf: Shelf, username: str, offered: bool
) -> None:
    whose = "cs" if username == "pjlab" else username
    order = next(
        thing
        for path, thing in shelf.answers[whose].items()
        if path.startswith("testing/orders/") and "customer" in thing
    )
    seen = order if offered else {name: value for name, value in order.items() if name != "customer"}
    shelf.replies[f"GET testing/orders/{order['id']}"] = (200, seen)

    page = client(username).get(f"/pengujian/order/{order['id']}")

    assert bool([link for link in page.links if link.endswith("/dokumen/ringkas")]) is offered


def test_the_company_is_led_to_its_own_page_of_papers(client: Client, shelf: Shelf) -> None:
    assert "/profil/dokumen" in short(client, shelf, username="pelanggan").links
