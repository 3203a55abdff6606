"""The customer's side: a stranger looks where an order is, a customer orders again and turns a basket into a draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from people import PASSWORD, PATIENCE, Person
from playwright.sync_api import expect

from deploy.client import Person as Client
from deploy.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WINDOWS = [(1280, True), (360, True), (1280, False)]
PHONE_END = "1111"  # of the demo's first company


@pytest.fixture(scope="module", autouse=True)
def finished(address: str) -> str:
    """The pre-order number of an order that was carried to its end."""
    walk = Walk(address, Client(address, "pelanggan", PASSWORD), lambda *told: None, patience=PATIENCE)
    walk.draft(
        [{"sample_type": "Air limbah", "code_location": "Outlet", "standard": "P.68/2016", "parameters": ["pH"]}]
    )
    walk.to("sent")
    walk.to_end()
    number: str = walk.order(walk.customer)["pre_number"]
    return number


@pytest.mark.parametrize(("width", "scripts"), WINDOWS)
def test_a_stranger_tracks_an_order(person: Callable[..., Person], finished: str, width: int, scripts: bool) -> None:
    stranger = person(width, scripts=scripts)
    stranger.open("/")
    stranger.page.get_by_role("link", name="Lacak order tanpa masuk").click()
    for digits, told in (("9999", "tidak cocok"), (PHONE_END, "Order selesai.")):
        stranger.page.get_by_label("Nomor", exact=True).fill(finished.lower())
        stranger.page.get_by_label("Empat angka terakhir").fill(digits)
        stranger.page.get_by_role("main").get_by_role("button", name="Lacak").click()
        expect(stranger.page.locator("main")).to_contain_text(told)

    assert stranger.path == "/lacak"
    assert "PT Contoh" not in stranger.page.locator("main").inner_text()
    assert stranger.complaints == []


@pytest.mark.parametrize(("width", "scripts"), WINDOWS)
def test_a_basket_becomes_a_draft_after_signing_in(person: Callable[..., Person], width: int, scripts: bool) -> None:
    customer = person(width, scripts=scripts)
    page = customer.page
    customer.open("/tarif?q=coliform")
    names = page.locator('input[name="p"]:enabled')
    names.first.check()
    if not scripts:
        page.get_by_role("button", name="Hitung ulang").click()
    expect(page.locator("[data-basket-total]")).not_to_have_text("Rp 0")
    total = page.locator("[data-basket-total]").inner_text()
    page.get_by_role("button", name="Jadikan order").click()
    page.get_by_label("Username").fill("pelanggan")
    page.get_by_label("Password").fill("zerocalls-demo")
    page.get_by_role("main").get_by_role("button", name="MASUK").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jadikan order")
    page.get_by_label("Kode/lokasi contoh").fill("Keran dapur")
    page.get_by_role("button", name="Buat draf order").click()

    expect(page.locator("main")).to_contain_text("Draf order dibuat dari pilihan Anda.")
    expect(page.locator("main")).to_contain_text("Keran dapur")
    expect(page.locator("main")).to_contain_text(total)
    assert customer.complaints == []


@pytest.mark.parametrize(("width", "scripts"), WINDOWS)
def test_an_old_order_is_ordered_again_from_its_list(
    person: Callable[..., Person], finished: str, width: int, scripts: bool
) -> None:
    customer = person(width, scripts=scripts).sign_in("pelanggan")
    page = customer.page
    customer.open("/pengujian/order?box=customer-old")
    row = page.locator("#rows tbody tr", has_text=finished).first
    row.locator("summary").click()
    row.get_by_role("link", name="Unduh laporan dan invoice").click()
    expect(page.get_by_role("link", name="Unduh PDF").first).to_be_visible()
    page.go_back()
    row.locator("summary").click()
    row.get_by_role("link", name="Pesan lagi").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pesan lagi")
    page.get_by_role("button", name="Buat draf").click()

    expect(page.locator("main")).to_contain_text("Draf baru dibuat dengan sampel yang sama.")
    expect(page.locator("main")).to_contain_text("Selesai Kirim Ke CS")
    assert customer.complaints == []
