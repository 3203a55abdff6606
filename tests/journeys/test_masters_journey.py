"""An administrator edits a limit, brings in a sheet and makes a new edition; the order that was sent keeps its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from openpyxl import load_workbook
from people import PASSWORD, Person
from playwright.sync_api import expect
from test_browser_journey import write_order

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_catalogue_moves_on_and_a_sent_order_keeps_its_limit(
    person: Callable[..., Person], width: int, tmp_path: Path
) -> None:
    mark = secrets.token_hex(3)
    admin, customer = person(width).sign_in("superadmin"), person(width).sign_in("pelanggan")
    code = a_standard_of_our_own(admin, mark)
    order = write_order(customer, mark, standard_id=f"Contoh {mark}", parameters=("Kekeruhan contoh",))
    assert limit_on(customer, order) == "maks 5"

    open_parameter(admin, mark)
    admin.act("Edit", limit_high="4", limit_text="")
    expect(admin.page.locator(".facts")).to_contain_text("maks 4")

    bring_in(admin, tmp_path, code, limit=3)
    open_parameter(admin, mark)
    expect(admin.page.locator(".facts")).to_contain_text("maks 3")
    expect(admin.page.locator("#bagian-riwayat")).to_contain_text("Impor")

    open_standard(admin, code)
    admin.act("Edisi Baru", code=f"{code} baru", edition="2026", valid_from="2026-01-02")
    expect(admin.page.locator(".thing-head")).to_contain_text("DIGANTIKAN")

    assert limit_on(customer, order) == "maks 5"
    for someone in (admin, customer):
        assert someone.complaints == []


def a_standard_of_our_own(admin: Person, mark: str) -> str:
    code = f"Uji {mark}"
    admin.open("/master/standar/tambah")
    form = admin.page.locator("main form.card")
    admin.fill(form, code=code, title=f"Contoh {mark}", matrix="Air", valid_from="2020-01-01")
    form.get_by_role("button", name="Simpan").click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text(code)
    admin.open("/master/parameter/tambah")
    form = admin.page.locator("main form.card")
    admin.fill(
        form,
        standard_id=code,
        name="Kekeruhan contoh",
        unit="NTU",
        limit_kind="Maksimum",
        limit_high="5",
        method=f"Cara {mark}",
        price_amount="25000",
    )
    form.get_by_role("button", name="Simpan").click()
    expect(admin.page.locator(".facts")).to_contain_text("maks 5")
    return code


def open_parameter(admin: Person, mark: str) -> None:
    admin.open(f"/master/parameter?q={mark}")
    admin.find("Kekeruhan contoh")
    expect(admin.page.locator(".facts")).to_be_visible()


def open_standard(admin: Person, code: str) -> None:
    admin.open(f"/master/standar?q={code}")
    admin.find(code)
    expect(admin.page.locator(".facts")).to_be_visible()


def bring_in(admin: Person, folder: Path, code: str, *, limit: int) -> None:
    admin.open("/master/impor")
    with admin.page.expect_download() as download:
        admin.page.get_by_role("link", name="Unduh Excel").click()
    path = folder / "katalog.xlsx"
    download.value.save_as(path)
    book = load_workbook(path)
    rows = book["Parameter"]
    places = {cell.value: cell.column for cell in rows[1]}
    line = next(row[0].row for row in rows.iter_rows(min_row=2) if row[0].value == code)
    rows.cell(line, places["Satuan"]).value = "liter per jam"
    book.save(path)
    compare(admin, path)
    expect(admin.page.locator(".error-summary")).to_contain_text(f"baris {line}, kolom Satuan")
    rows.cell(line, places["Satuan"]).value = "NTU"
    rows.cell(line, places["Batas atas"]).value = limit
    rows.cell(line, places["Batas tertulis"]).value = f"maks {limit}"
    book.save(path)
    admin.open("/master/impor")
    compare(admin, path)
    expect(admin.page.locator("main")).to_contain_text(f"maks {limit}")
    admin.act("Terapkan")
    expect(admin.page.locator(".thing-head")).to_contain_text("DITERAPKAN")


def compare(admin: Person, path: Path) -> None:
    admin.page.locator("#katalog").set_input_files(path)
    admin.page.get_by_role("button", name="Bandingkan").click()


def limit_on(customer: Person, order: str) -> str:
    """What the order froze when it was sent; pages show limits to customers only with the report."""
    asked = {"username": "pelanggan", "password": PASSWORD}
    token = requests.post(f"{customer.base}/api/v1/identity/sessions", json=asked, timeout=20).json()["access_token"]
    href = f"{customer.base}/api/v1/testing/orders/{order.rpartition('/')[2]}"
    seen = requests.get(href, headers={"Authorization": f"Bearer {token}"}, timeout=20).json()
    [parameter] = seen["samples"][0]["parameters"]
    return str(parameter["limit_text"])
