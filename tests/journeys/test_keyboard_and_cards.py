"""What a person at the counter does without the mouse, and how a visitor tries the demonstration."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from people import Person
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_ctrl_k_leads_to_a_number_and_to_the_menu(person: Callable[..., Person]) -> None:
    cs = person(1280).sign_in("cs")
    cs.open("/pengujian/order")
    cs.wait_for("POP-1", within="#rows")
    cs.page.keyboard.press("Control+k")
    field = cs.page.get_by_label("Pergi ke nomor atau menu")
    expect(field).to_be_focused()
    cs.page.keyboard.type("pop 1")
    expect(cs.page.locator("#goto-found a").first).to_contain_text("Order")
    cs.page.keyboard.press("Enter")
    cs.page.wait_for_url("**/pengujian/order/*")

    cs.page.keyboard.press("Control+k")
    cs.page.keyboard.type("pelangg")
    expect(cs.page.locator("#goto-found a", has_text="Pelanggan").first).to_be_visible()
    cs.page.keyboard.press("ArrowDown")
    cs.page.keyboard.press("Enter")
    cs.page.wait_for_url("**/pelanggan")
    assert cs.complaints == []


def test_a_slash_goes_to_the_search_and_a_question_mark_explains(person: Callable[..., Person]) -> None:
    cs = person(1280).sign_in("cs")
    cs.open("/beranda")
    cs.page.keyboard.press("/")
    expect(cs.page.locator("#cari")).to_be_focused()
    cs.page.keyboard.type("?")
    expect(cs.page.locator("#keys-help")).not_to_be_visible()

    cs.open("/pengujian/order")
    cs.page.keyboard.press("/")
    expect(cs.page.locator("#q")).to_be_focused()
    cs.open("/beranda")
    cs.page.keyboard.press("?")
    expect(cs.page.locator("#keys-help")).to_be_visible()
    cs.page.keyboard.press("Escape")
    expect(cs.page.locator("#keys-help")).not_to_be_visible()


def test_a_scanned_label_opens_its_sample_on_any_page(person: Callable[..., Person]) -> None:
    coordinator = person(1280).sign_in("pjlab")
    coordinator.open("/pengujian/sampel")
    coordinator.wait_for("P.0", within="#rows")
    number = (coordinator.page.locator("#rows tbody tr a").first.text_content() or "").strip()
    assert number.startswith("P.")
    coordinator.open("/profil")

    coordinator.page.keyboard.type(number, delay=2)
    coordinator.page.keyboard.press("Enter")

    coordinator.page.wait_for_url("**/pengujian/sampel/*")
    expect(coordinator.page.get_by_role("heading", level=1)).to_contain_text(number)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_card_of_the_demo_signs_in_and_the_page_stays_dark_where_that_was_chosen(
    person: Callable[..., Person], scripts: bool
) -> None:
    visitor = person(360, scripts=scripts)
    visitor.open("/masuk")
    visitor.page.get_by_role("button", name="Gelap").click()
    visitor.page.get_by_role("button", name="Customer Service").click()

    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Selamat datang")
    expect(visitor.page.locator("html")).to_have_attribute("data-tema", "gelap")
    assert visitor.page.locator(".queue, .empty-note").count() > 0


def test_a_number_is_found_without_scripts(person: Callable[..., Person]) -> None:
    cs = person(360, scripts=False).sign_in("cs")
    cs.page.locator("#cari").fill("POP-1")
    cs.page.get_by_role("button", name="Buka nomor").click()

    cs.page.wait_for_url("**/pengujian/order/*")
