import pytest
from marshmallow import ValidationError

from svc_documents.documents.registry import KINDS

PAID = {
    "paid_at": "2026-11-04T04:30:00Z",
    "ntpn": "A1B2C3D4E5F6G7H8",
    "ntb": "000123456789",
    "channel": "Teller bank",
    "amount": 1908000,
}


def words(text):
    return " ".join(text.split())


def test_an_invoice_shows_lines_totals_and_the_amount_in_words(pdf_of, text_of):
    text = words(text_of(pdf_of("invoice")))

    for piece in (
        "Nomor: POP-180 · Revisi 1",
        "1 Air minum dalam kemasan, SNI 3553:2015 Air mineral Rp 1.450.000 AM-01",
        "Sertifikat Rp 50.000",
        "Sub-total Rp 2.120.000",
        "Discount 10% −Rp 212.000",
        "Total Rp 1.908.000",
        "Satu juta sembilan ratus delapan ribu rupiah",
        "PROSES PEMBAYARAN",
    ):
        assert piece in text


def test_an_open_invoice_shows_the_billing_code_and_until_when_it_holds(pdf_of, text_of):
    text = words(text_of(pdf_of("invoice")))

    assert "820261102000123" in text
    assert "Bayar sebelum : 9 November 2026 pukul 09.15 WIB" in text
    assert "BELUM LUNAS" in text


def test_a_paid_invoice_shows_its_proof(pdf_of, text_of):
    text = words(text_of(pdf_of("invoice", {"payment": PAID})))

    assert "BELUM LUNAS" not in text
    for piece in ("LUNAS", "A1B2C3D4E5F6G7H8", "4 November 2026 pukul 11.30 WIB"):
        assert piece in text


@pytest.mark.parametrize(
    ("clearance", "expected"),
    [
        ({"kind": "waived", "basis": "Uji ulang karena kesalahan sendiri"}, "TANPA BIAYA"),
        ({"kind": "deferred", "contract_no": "K-12/2026", "due_on": "2026-12-31"}, "31 Desember 2026"),
    ],
)
def test_a_cleared_invoice_shows_why_it_goes_on_unpaid(pdf_of, text_of, clearance, expected):
    assert expected in text_of(pdf_of("invoice", {"clearance": clearance, "ebilling": None}))


def test_an_invoice_without_a_code_yet_says_so(pdf_of, text_of):
    assert "Kode billing belum diterbitkan." in text_of(pdf_of("invoice", {"ebilling": None}))


@pytest.mark.parametrize("name", ["lines_amount", "sub_total_amount", "total_amount"])
def test_an_invoice_that_does_not_add_up_is_not_printed(pdf_of, name):
    with pytest.raises(ValidationError, match="tidak cocok"):
        pdf_of("invoice", {name: 1})


def test_a_long_invoice_runs_over_pages_with_its_head(pdf_of, text_of):
    lines = [{"label": f"S-{n:03d}", "standard": "SNI 3553:2015", "amount": 1000} for n in range(120)]
    sums = {"lines_amount": 120000, "sub_total_amount": 170000, "total_amount": 170000, "discount_amount": 0}

    pages = text_of(pdf_of("invoice", {"lines": lines, **sums})).rstrip("\f").split("\f")

    assert len(pages) >= 3
    assert all("Peraturan" in page for page in pages if "S-0" in page)
    assert "S-119" in "".join(pages)


def test_a_billing_code_has_fifteen_digits():
    content = KINDS["invoice"].content()

    assert "ebilling" in content.validate({"ebilling": {"code": "123", "issued_at": None, "expires_at": None}})
