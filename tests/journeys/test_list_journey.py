"""A list made one's own: filtered, arranged, kept, acted on, taken home; on a desk, on a phone, and without scripts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from people import PASSWORD, PATIENCE, Person
from playwright.sync_api import Locator, expect

from deploy.client import Person as Client
from deploy.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _one_sent_and_one_arriving(address: str) -> None:
    for state in ("sent", "distributed"):
        walk = Walk(address, Client(address, "pelanggan", PASSWORD), lambda *told: None, patience=PATIENCE)
        walk.draft(
            [{"sample_type": "Air limbah", "code_location": state, "standard": "P.68/2016", "parameters": ["pH"]}]
        )
        walk.to(state)


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, True), (1280, False)])
def test_from_a_filter_to_a_file(person: Callable[..., Person], width: int, scripts: bool, tmp_path: Path) -> None:
    coordinator = person(width, scripts=scripts).sign_in("pjlab")
    page, view = coordinator.page, f"Tampilan {secrets.token_hex(3)}"
    coordinator.open("/pengujian/sampel?tampilan=semua")

    filters = panel(coordinator, "Saringan")
    filters.get_by_label("Status").select_option(label="SERTIFIKAT TERKIRIM")
    filters.get_by_role("button", name="Terapkan").click()
    expect(page.locator(".chip").first).to_contain_text("Status: SERTIFIKAT TERKIRIM")
    sent = page.locator("#rows tbody tr").count()
    assert set(page.locator("#rows td[data-label='Status']").all_inner_texts()) == {"SERTIFIKAT TERKIRIM"}

    columns = panel(coordinator, "Kolom dan urutan")
    columns.get_by_label("Keterangan").uncheck()
    columns.get_by_label("Nomor order").check()
    columns.get_by_role("button", name="Terapkan").click()
    expect(page.locator("#rows td[data-label='Nomor order']").first).to_be_visible()
    expect(page.locator("#rows td[data-label='Keterangan']")).to_have_count(0)

    keep = panel(coordinator, "Simpan tampilan")
    keep.get_by_label("Nama tampilan").fill(view)
    keep.get_by_role("button", name="Simpan").click()
    coordinator.open("/pengujian/sampel?tampilan=semua")
    page.get_by_role("link", name=view).click()
    expect(page.locator("#rows tbody tr")).to_have_count(sent)

    look_before_acting(coordinator)
    take_home(coordinator, view, sent, tmp_path)
    forget(coordinator, view)
    assert coordinator.complaints == []


def panel(someone: Person, name: str) -> Locator:
    details = someone.page.locator("details", has=someone.page.locator("summary", has_text=name)).first
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    return details


def look_before_acting(someone: Person) -> None:
    """Some of all samples can go on, the others say why they cannot; what is done is gone from the preview."""
    page = someone.page
    someone.open("/pengujian/sampel?tampilan=semua")
    for box in page.locator('#rows input[name="chosen"]').all():
        box.check()
    page.locator(".bulk-bar").get_by_role("button", name="KIRIM KE PENYELIA").click()
    expect(page.locator("main")).to_contain_text("tidak karena")
    expect(page.locator("main")).to_contain_text("KIRIM KE PENYELIA tidak dapat dilakukan saat SERTIFIKAT TERKIRIM")


def take_home(someone: Person, view: str, rows: int, folder: Path) -> None:
    page = someone.page
    someone.open("/pengujian/sampel?tampilan=semua")
    page.get_by_role("link", name=view).click()
    for name, kind in (("Excel", "xlsx"), ("PDF", "pdf")):
        with page.expect_download() as loading:
            panel(someone, "Unduh dan cetak").get_by_role("button", name=name).click()
        loading.value.save_as(folder / f"daftar.{kind}")
    sheet = list(openpyxl.load_workbook(folder / "daftar.xlsx")["Data"].iter_rows(values_only=True))
    assert "Nomor Order" in sheet[0]
    assert "Keterangan" not in sheet[0]
    assert len(sheet) == rows + 1
    assert (folder / "daftar.pdf").read_bytes().startswith(b"%PDF")
    panel(someone, "Unduh dan cetak").get_by_role("link", name="Cetak").click()
    expect(page.locator(".print-words")).to_contain_text(f"Status: SERTIFIKAT TERKIRIM — {rows} baris")


def forget(someone: Person, view: str) -> None:
    someone.open("/tampilan-daftar?daftar=/pengujian/sampel")
    row = someone.page.locator("li", has_text=view)
    row.get_by_role("button", name="Hapus").click()
    expect(someone.page.locator("li", has_text=view)).to_have_count(0)
