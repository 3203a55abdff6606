"""One order from registration to the downloaded report, clicked by each role in a real browser, on a desk and on a phone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from people import Person
from playwright.sync_api import expect

SCAN = Path(__file__).parent / "scan.png"
NEW_PASSWORD = "merpati kelabu 47 terbang jauh"
OFFICE = ZoneInfo("Asia/Pontianak")
PARAMETERS = ("pH", "Kekeruhan")


def local(moment: datetime) -> str:
    return moment.astimezone(OFFICE).strftime("%Y-%m-%dT%H:%M")


pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, True), (360, False)])
def test_each_role_takes_the_order_to_the_next(
    person: Callable[..., Person], width: int, scripts: bool, tmp_path: Path
) -> None:
    someone_new = partial(person, width, scripts=scripts)
    mark = secrets.token_hex(3)
    company, username = f"PT Uji Peramban {mark}", f"peramban-{mark}"
    customer, cs = someone_new(), someone_new().sign_in("cs")

    register(customer, company, username)
    verify(cs, company)
    customer.sign_in(username, NEW_PASSWORD)
    order = write_order(customer, mark)

    cs.open(order)
    cs.act("Order Sampel", capability_confirmed=True)
    treasurer = someone_new().sign_in("bendahara")
    take_money(treasurer, customer, order, company)
    number_and_hand_over(cs, order)

    coordinator = someone_new().sign_in("pjlab")
    supervisor, analyst = someone_new().sign_in("penyelia"), someone_new().sign_in("analis")
    sample = send_to_supervisor(coordinator, supervisor, mark, company)
    assign(supervisor, analyst, sample)
    enter_results(analyst, sample)
    verify_results(supervisor, sample)
    coordinator.open(sample)
    coordinator.act("KIRIM KE PENGETIK")

    typist = someone_new().sign_in("pengetik")
    report = type_report(typist, order)
    coordinator.open(report)
    coordinator.act("Setujui dan Kirim ke CS")
    cs.open(report)
    cs.wait_for("SERTIFIKAT BARU")
    cs.act("Kirim ke Pelanggan")

    pdf = download(customer, order, tmp_path)
    check_genuine(someone_new(), customer, pdf, tmp_path)
    told(customer)
    for someone in (customer, cs, treasurer, coordinator, supervisor, analyst, typist):
        assert someone.complaints == []


def register(customer: Person, company: str, username: str) -> None:
    customer.open("/")
    customer.page.get_by_role("link", name="PELANGGAN").click()
    form = customer.page.locator("main form")
    form.get_by_role("button", name="DAFTAR").click()
    if customer.scripts:
        expect(customer.page.locator(".error-summary")).to_be_focused()
    expect(customer.page.locator(".error-summary")).to_be_visible()
    customer.fill(
        customer.page.locator("main form"),
        name=company,
        customer_type="industry",
        customer_group="Industri Menengah",
        npwp="012345674701000",
        kbli="11050",
        address="Jalan Contoh Nomor 9",
        city="Pontianak",
        phone="0812 0000 1111",
        email=f"{username}@contoh.test",
        username=username,
        password=NEW_PASSWORD,
    )
    customer.page.get_by_role("button", name="DAFTAR").click()
    expect(customer.page.get_by_text("MENUNGGU VERIFIKASI")).to_be_visible()


def verify(cs: Person, company: str) -> None:
    cs.box("Pendaftaran Baru")
    cs.find(company)
    cs.act("Verifikasi")


def write_order(
    customer: Person, mark: str, *, standard_id: str = "Air mineral", parameters: tuple[str, ...] = PARAMETERS
) -> str:
    customer.open("/beranda")
    customer.page.get_by_role("link", name="Tambah Order").first.click()
    customer.page.get_by_label("Tanpa sampling").check()
    customer.page.get_by_role("button", name="Simpan").click()
    order = customer.path
    customer.page.get_by_role("link", name="Tambah Sampel").first.click()
    customer.page.get_by_role("button", name="Simpan dan pilih parameter").click()
    expect(customer.page.locator(".error-summary")).to_contain_text("Isi Jenis contoh.")
    customer.fill(
        customer.page.locator("main form"),
        sample_type="Air Mineral",
        code_location=f"Botol {mark}",
        standard_id=standard_id,
    )
    customer.page.get_by_role("button", name="Simpan dan pilih parameter").click()
    for parameter in parameters:
        customer.page.locator(f'input[data-label="{parameter}"]').check()
    if customer.scripts:
        expect(customer.page.locator("[data-picked] li")).to_have_count(len(parameters))
        expect(customer.page.locator("[data-total]")).not_to_have_text("Rp 0")
    customer.page.get_by_role("button", name="Simpan parameter").click()
    customer.act("Selesai Kirim Ke CS", agreed=True)
    expect(customer.page.get_by_text("PEMERIKSAAN ORDER BARU").first).to_be_visible()
    return order


def take_money(treasurer: Person, customer: Person, order: str, company: str) -> None:
    treasurer.box("Order Baru")
    treasurer.wait_for(company, within="#rows")
    if not treasurer.scripts:
        treasurer.page.get_by_role("main").get_by_label("Cari nomor").fill("POP")
        treasurer.page.get_by_role("main").get_by_role("button", name="Cari").click()
    treasurer.find(company)
    code = f"8{secrets.randbelow(10**14):014d}"
    issued = datetime.now(OFFICE) - timedelta(minutes=10)
    treasurer.act("Kirim Pembayaran Pelanggan", billing_code=code, issued_at=local(issued), scan_file=SCAN)
    total = treasurer.page.locator(".grand-total dd").inner_text()

    customer.open(order)
    customer.wait_for("PROSES PEMBAYARAN")
    if not customer.scripts:
        customer.page.get_by_role("link", name="Buka invoice").click()
    customer.page.get_by_role("main").get_by_role("link", name="Invoice POP").click()
    expect(customer.page.get_by_text(code)).to_be_visible()
    if customer.scripts:
        expect(customer.page.locator("[data-countdown]")).to_contain_text("hari")

    treasurer.act(
        "Kirim Bukti Bayar",
        paid_at=local(datetime.now(OFFICE) - timedelta(minutes=5)),
        ntpn=secrets.token_hex(8).upper(),
        amount=total.removeprefix("Rp "),
        proof_file=SCAN,
    )
    treasurer.wait_for("LUNAS")


def number_and_hand_over(cs: Person, order: str) -> None:
    cs.open(order)
    cs.wait_for("PERSYARATAN SAMPEL")
    now = local(datetime.now(OFFICE))
    answers = {f"checklist-{row}-result": "ok" for row in range(8)}
    cs.act("Persyaratan Sampel", received_at=now, conclusion="diterima", **answers)
    cs.act("Terbitkan No Analisa")
    cs.wait_for("NOMOR ANALISIS TERBIT")
    cs.act("Kirim")


def send_to_supervisor(coordinator: Person, supervisor: Person, mark: str, company: str) -> str:
    coordinator.box("Order Baru")
    coordinator.find(f"Botol {mark}")
    assert company not in coordinator.page.content()
    coordinator.act("KIRIM KE PENYELIA", supervisor=supervisor.name)
    return coordinator.path


def assign(supervisor: Person, analyst: Person, sample: str) -> None:
    supervisor.open(sample)
    bar = supervisor.page.locator("#massal-assign")
    supervisor.fill(bar, analyst=analyst.name, target_on=f"{datetime.now(OFFICE) + timedelta(days=15):%Y-%m-%d}")
    tick_all(supervisor, "massal-assign")
    bar.get_by_role("button").click()
    expect(supervisor.page.locator(".flash")).to_contain_text(f"{len(PARAMETERS)} berhasil")


def tick_all(someone: Person, form: str) -> None:
    for box in someone.page.locator(f'input[name="chosen"][form="{form}"]').all():
        box.check()


def enter_results(analyst: Person, sample: str) -> None:
    analyst.box("Pekerjaan Saya")
    analyst.open(sample)
    grid = analyst.page.locator(".result-grid")
    results = grid.locator('[data-column="result"]')
    if analyst.scripts:
        results.first.fill("1,2")
        expect(grid.locator(".draft-state").first).to_contain_text("Draf tersimpan")
        analyst.page.reload()
        expect(results.first).to_have_value("1,2")
    results.first.fill("7,1")
    grid.get_by_role("button", name="Kirim Hasil").first.click()
    expect(analyst.page.locator(".flash")).to_contain_text("1 hasil berhasil dikirim")
    for cell in results.all():
        cell.fill("7,1")
    analyst.page.get_by_role("button", name="Kirim semua yang terisi").click()
    expect(analyst.page.locator(".flash")).to_contain_text(f"{len(PARAMETERS) - 1} hasil berhasil dikirim")


def verify_results(supervisor: Person, sample: str) -> None:
    supervisor.open(sample)
    expect(supervisor.page.get_by_text("di luar batas")).to_have_count(1)
    tick_all(supervisor, "massal-verify")
    supervisor.page.locator("#massal-verify").get_by_role("button").click()
    expect(supervisor.page.locator(".flash")).to_contain_text(f"{len(PARAMETERS)} berhasil")
    supervisor.act("SELESAI DAN KIRIM KE KASISS")


def type_report(typist: Person, order: str) -> str:
    typist.box("Order Baru")
    typist.open(order)
    typist.page.locator("main").get_by_role("link", name="belum terbit").first.click()
    typist.act("Terbitkan Nomor Laporan")
    typist.act("Print")
    expect(typist.page.get_by_text("(1 Kali Print)")).to_be_visible()
    typist.act("Kirim ke PJ Lab")
    return typist.path


def download(customer: Person, order: str, folder: Path) -> Path:
    customer.open(order)
    customer.wait_for("SERTIFIKAT TERKIRIM")
    with customer.page.expect_download() as waiting:
        customer.page.get_by_role("link", name="Unduh PDF").first.click()
    pdf = folder / "laporan.pdf"
    waiting.value.save_as(pdf)
    assert pdf.read_bytes().startswith(b"%PDF-")
    return pdf


def check_genuine(stranger: Person, customer: Person, pdf: Path, folder: Path) -> None:
    stranger.open("/verifikasi")
    stranger.page.get_by_label("Berkas PDF").set_input_files(pdf)
    stranger.page.get_by_role("button", name="Periksa berkas").click()
    expect(stranger.page.get_by_text("Berkas ini asli")).to_be_visible()
    forged = folder / "palsu.pdf"
    forged.write_bytes(pdf.read_bytes() + b"\n")
    stranger.page.get_by_label("Berkas PDF").set_input_files(forged)
    stranger.page.get_by_role("button", name="Periksa berkas").click()
    expect(stranger.page.get_by_text("bukan dokumen yang kami terbitkan").first).to_be_visible()


def told(customer: Person) -> None:
    customer.open("/beranda")
    if customer.scripts:
        expect(customer.page.locator(".bell-count")).to_be_visible()
    customer.page.get_by_role("banner").get_by_role("link", name="Pemberitahuan").click()
    expect(customer.page.locator(".note-list li").first).to_be_visible()
