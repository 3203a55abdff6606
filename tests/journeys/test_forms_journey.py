"""Forms in a real browser: a double click, two windows on one draft, a refused file, the way back, text that stays."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from people import PASSWORD, PATIENCE, Person
from playwright.sync_api import expect
from test_browser_journey import SCAN, write_order

from deploy.client import Person as Client
from deploy.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = pytest.mark.parametrize("width", [1280, 360])


def new_order(customer: Person) -> str:
    customer.open("/pengujian/order/baru")
    customer.page.get_by_label("Tanpa sampling").check()
    customer.page.get_by_role("button", name="Simpan").click()
    customer.page.wait_for_url("**/pengujian/order/*-*")
    return customer.path


@WIDTHS
def test_a_double_click_makes_one_order(person: Callable[..., Person], width: int) -> None:
    customer = person(width).sign_in("pelanggan")
    mark = f"Kontak {secrets.token_hex(4)}"
    customer.open("/pengujian/order/baru")
    customer.page.get_by_label("Nama kontak").fill(mark)
    posted: list[str] = []
    customer.page.on("request", lambda request: request.method == "POST" and posted.append(request.url))

    customer.page.get_by_role("button", name="Simpan").dblclick()

    customer.page.wait_for_url("**/pengujian/order/*-*")
    assert len([url for url in posted if url.endswith("/baru")]) == 1


def test_the_same_form_sent_twice_without_scripts_makes_one_order(person: Callable[..., Person]) -> None:
    customer = person(1280, scripts=False).sign_in("pelanggan")
    customer.open("/pengujian/order/baru")
    form = {
        field.get_attribute("name") or "": field.get_attribute("value") or ""
        for field in customer.page.locator("main form input[type=hidden]").all()
    } | {"origin": "bring_in"}

    made = {
        customer.context.request.post(
            f"{customer.base}/pengujian/order/baru", form=form, headers={"Origin": customer.base}
        ).url
        for _ in range(2)
    }

    assert len(made) == 1
    assert "/baru" not in made.pop()


@WIDTHS
def test_two_windows_on_one_draft_lose_no_text(person: Callable[..., Person], width: int) -> None:
    customer = person(width).sign_in("pelanggan")
    order = new_order(customer)
    customer.open(f"{order}/ubah")
    first, second = customer.page, customer.context.new_page()
    second.goto(f"{customer.base}{order}/ubah")

    first.get_by_label("Keterangan").fill("dari jendela satu")
    first.get_by_label("Nama kontak").focus()
    expect(first.locator("[data-save-state]")).to_contain_text("Tersimpan ")
    second.get_by_label("Keterangan").fill("dari jendela dua")
    second.get_by_label("Nama kontak").focus()

    conflict = second.locator(".conflict")
    expect(conflict).to_contain_text("dari jendela satu")
    expect(conflict).to_contain_text("dari jendela dua")
    conflict.get_by_role("button", name="Simpan isian saya").click()
    expect(second.locator("[data-save-state]")).to_contain_text("Tersimpan ")
    first.reload()
    expect(first.get_by_label("Keterangan")).to_have_value("dari jendela dua")
    assert customer.complaints == []


@WIDTHS
def test_different_fields_of_two_windows_are_both_kept(person: Callable[..., Person], width: int) -> None:
    customer = person(width).sign_in("pelanggan")
    order = new_order(customer)
    customer.open(f"{order}/ubah")
    first, second = customer.page, customer.context.new_page()
    second.goto(f"{customer.base}{order}/ubah")

    first.get_by_label("Keterangan").fill("dua jeriken")
    first.get_by_label("Nama kontak").focus()
    expect(first.locator("[data-save-state]")).to_contain_text("Tersimpan ")
    second.get_by_label("Nama kontak").fill("Bu Contoh")
    second.get_by_label("Keterangan").focus()

    expect(second.locator("[data-save-state]")).to_contain_text("Tersimpan ")
    expect(second.locator(".conflict")).to_have_count(0)
    expect(second.get_by_label("Keterangan")).to_have_value("dua jeriken")


@WIDTHS
def test_a_refused_file_is_told_beside_its_field_and_a_good_one_goes_ahead(
    person: Callable[..., Person], width: int, tmp_path: Path
) -> None:
    customer, cs = person(width).sign_in("pelanggan"), person(width).sign_in("cs")
    write_order(customer, secrets.token_hex(3))
    order = new_order(customer)
    customer.open(order)
    cs.open(f"/tindakan/testing/orders/{order.rsplit('/', 1)[1]}/discard")
    form = cs.page.locator("main form[action*='/tindakan/']")
    form.locator('[name="requested_by"]').fill("Bu Rina")
    broken, empty = tmp_path / "bukti.pdf", tmp_path / "kosong.pdf"
    broken.write_bytes(b"MZ program")
    empty.write_bytes(b"")

    form.locator("input[type=file]").set_input_files(broken)
    expect(form.locator(".problem")).to_contain_text("Jenis berkas tidak didukung")
    form.locator("input[type=file]").set_input_files(empty)
    expect(form.locator(".problem")).to_contain_text("Berkas kosong")
    form.locator("input[type=file]").set_input_files(SCAN)

    expect(form.locator(".upload-done")).to_have_text("terunggah")
    expect(form.locator(".upload-picture")).to_be_visible()
    expect(form.locator(".problem")).to_have_count(0)
    expect(form.locator('[name="requested_by"]')).to_have_value("Bu Rina")
    assert form.locator('[name="proof_file-id"]').get_attribute("value")
    assert cs.complaints == []


@WIDTHS
def test_what_was_sent_by_mistake_is_taken_back_from_the_message(person: Callable[..., Person], width: int) -> None:
    customer = person(width).sign_in("pelanggan")
    write_order(customer, secrets.token_hex(3))

    customer.page.get_by_role("link", name="Urungkan").click()
    form = customer.page.locator("#dialog form")
    form.locator("button[type=submit]").click()

    expect(customer.page.locator(".flash").first).to_contain_text("Tarik Kembali: berhasil.")
    expect(customer.page.get_by_role("link", name="Tambah Sampel").first).to_be_visible()


@WIDTHS
def test_what_is_typed_stays_until_it_is_sent_or_the_person_leaves(person: Callable[..., Person], width: int) -> None:
    customer = person(width).sign_in("pelanggan")
    customer.open("/pengujian/order/baru")
    customer.page.get_by_label("Keterangan").fill("belum selesai diketik")

    customer.open("/beranda")
    customer.open("/pengujian/order/baru")
    expect(customer.page.get_by_label("Keterangan")).to_have_value("belum selesai diketik")
    expect(customer.page.locator(".form-note")).to_contain_text("dikembalikan")
    customer.page.get_by_role("button", name="Keluar").click()
    customer.sign_in("pelanggan")
    customer.open("/pengujian/order/baru")

    expect(customer.page.get_by_label("Keterangan")).to_have_value("")


@WIDTHS
def test_one_tick_fills_what_is_open_in_a_checklist_and_empties_it_again(
    person: Callable[..., Person], width: int, address: str
) -> None:
    walk = Walk(address, Client(address, "pelanggan", PASSWORD), lambda *told: None, patience=PATIENCE)
    walk.draft([{"sample_type": "Air limbah", "code_location": "X", "standard": "P.68/2016", "parameters": ["pH"]}])
    [sample] = walk.to("paid")["samples"]
    cs = person(width).sign_in("cs")
    cs.open(f"/tindakan/testing/samples/{sample['id']}/accept")
    everything, chosen = cs.page.get_by_label("Semua sesuai"), cs.page.locator("[name^=checklist]:checked")
    own = cs.page.locator('[name="checklist-5-result"][value=tidak]')
    own.check()

    everything.check()
    expect(cs.page.locator("[name$=-result][value=ok]:checked")).to_have_count(7)
    expect(own).to_be_checked()
    everything.uncheck()

    expect(chosen).to_have_count(1)
    expect(own).to_be_checked()
    assert cs.complaints == []
