"""What holds for every kind of document, checked with other makers' tools."""

import json
import re
from datetime import UTC, date, datetime

import pikepdf
import pytest

from chassis.testing import CONTRACTS
from svc_documents.documents.registry import KINDS
from svc_documents.printing import fonts, texts

KIND_CODES = sorted(KINDS)


@pytest.mark.parametrize("kind", KIND_CODES)
def test_the_same_content_gives_the_same_bytes(pdf_of, kind):
    assert pdf_of(kind).read_bytes() == pdf_of(kind).read_bytes()


@pytest.mark.parametrize("kind", KIND_CODES)
def test_the_pdf_is_sound(pdf_of, tool, kind):
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", pdf_of(kind))


@pytest.mark.parametrize("kind", KIND_CODES)
def test_every_font_is_embedded(pdf_of, tool, kind):
    rows = tool("pdffonts", pdf_of(kind, {"notes": ["Tanda langka: α β → ⁺ ⁻"]})).splitlines()[2:]

    assert rows
    assert all(re.search(r"\byes\s+yes\s+yes\b", row) for row in rows), rows


@pytest.mark.parametrize("kind", KIND_CODES)
def test_the_qr_code_leads_to_the_verification_page(pdf_of, tool, tmp_path, kind):
    url = "https://layanan.bspji-contoh.test/verifikasi/BCDFGHJKLMNPQRSTVWXZ"
    tool("pdftoppm", "-r", "110", "-png", pdf_of(kind, url=url), tmp_path / "page")

    last = sorted(tmp_path.glob("page*.png"))[-1]

    assert tool("zbarimg", "-q", "--raw", "--nodbus", last).strip() == url


@pytest.mark.parametrize("kind", KIND_CODES)
def test_the_pdf_says_its_title_its_language_and_the_date_of_issue(pdf_of, kind):
    with pikepdf.open(pdf_of(kind)) as document:
        info, root = document.docinfo, document.Root

        assert str(root.Lang) == "id-ID"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(info["/Title"]).startswith(("LAPORAN HASIL UJI 707/", "INVOICE POP-180"))
        assert str(info["/CreationDate"]).startswith(("D:20261120", "D:20261102"))


@pytest.mark.parametrize("kind", KIND_CODES)
def test_telephones_are_grouped_as_on_the_screen(pdf_of, text_of, kind):
    example = {"test_report": "testing.report_content", "invoice": "billing.invoice_content"}[kind]
    content = json.loads((CONTRACTS / "calls" / f"{example}.json").read_text())
    customer = content["customer"] | {"phone": "+6281234567890"}

    shown = " ".join(text_of(pdf_of(kind, {"customer": customer})).split())

    assert "+62 812 3456 7890" in shown
    assert not re.search(r"\+62\d", shown)


def test_dates_times_and_money_are_indonesian():
    assert texts.long_date(date(2026, 8, 17)) == "17 Agustus 2026"
    assert texts.date_range(date(2026, 10, 28), date(2026, 11, 3)) == "28 Oktober s.d. 3 November 2026"
    assert texts.date_range(date(2026, 12, 28), date(2027, 1, 3)) == "28 Desember 2026 s.d. 3 Januari 2027"
    assert texts.date_range(date(2026, 11, 3), date(2026, 11, 3)) == "3 November 2026"
    assert (
        texts.date_time(datetime(2026, 8, 17, 20, 5, tzinfo=UTC), "Asia/Pontianak") == "18 Agustus 2026 pukul 03.05 WIB"
    )
    assert (
        texts.date_time(datetime(2026, 8, 17, 20, 5, tzinfo=UTC), "Asia/Makassar") == "18 Agustus 2026 pukul 04.05 WITA"
    )
    assert texts.rupiah(1500000) == "Rp 1.500.000"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Nol rupiah"),
        (10, "Sepuluh rupiah"),
        (1_000, "Seribu rupiah"),
        (1_100, "Seribu seratus rupiah"),
        (2_500_000_012, "Dua miliar lima ratus juta dua belas rupiah"),
        (11_000, "Sebelas ribu rupiah"),
        (21_001, "Dua puluh satu ribu satu rupiah"),
        (101_000, "Seratus satu ribu rupiah"),
        (1_001_000, "Satu juta seribu rupiah"),
        (1_908_000, "Satu juta sembilan ratus delapan ribu rupiah"),
    ],
)
def test_amounts_are_said_in_words(amount, words):
    assert texts.in_words(amount) == words


def test_signs_the_body_font_lacks_come_from_the_fallback():
    assert fonts.runs("SO₄²⁻ & <1", fonts.BODY) == [
        (fonts.BODY, "SO₄²"),
        (fonts.FALLBACK, "⁻"),
        (fonts.BODY, " & <1"),
    ]
    assert fonts.runs("⁻", fonts.BOLD) == [(fonts.FALLBACK, "⁻")]
