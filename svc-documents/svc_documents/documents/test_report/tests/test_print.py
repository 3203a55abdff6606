import copy

import pytest
from marshmallow import ValidationError

from chassis.testing import CONTRACTS
from svc_documents.documents.registry import KINDS


@pytest.fixture
def content():
    import json

    return json.loads((CONTRACTS / "calls" / "testing.report_content.json").read_text())


def words(text):
    return " ".join(text.split())


# ISO/IEC 17025:2017 7.8.2.1 a–p, 7.8.2.2 and 7.8.3, item by item
ITEMS = {
    "a title": "LAPORAN HASIL UJI",
    "b laboratory": "BALAI STANDARDISASI DAN PELAYANAN JASA INDUSTRI CONTOH",
    "b its address": "Jalan Teladan Khatulistiwa Nomor 1, Pontianak 78000",
    "c location of the activity": "Tempat pengujian",
    "d unique number": "Nomor: 707/LP-BSPJI/PTK/XI/2026",
    "d clear end": "Akhir laporan No. 707/LP-BSPJI/PTK/XI/2026",
    "e customer": "PT Contoh Tirta Khatulistiwa",
    "e contact": "Rina Contoh",
    "f method": "SNI 3554:2015 butir 3.26.8",
    "g item": "Air mineral dalam kemasan",
    "g identification": "P.00521 - 2026",
    "g condition": "Baik, suhu terima 24 °C",
    "h received": "3 November 2026",
    "i performed": "4 s.d. 13 November 2026",
    "j issued": "20 November 2026",
    "l only the items tested": "hanya berlaku untuk contoh yang diuji",
    "m result with unit": "0,18 ± 0,02",
    "n deviations": "Penyimpangan, tambahan, atau pengecualian dari metode",
    "o authoriser": "Koordinator Contoh, S.Si.",
    "p external provider": "Diuji oleh penyedia eksternal: Laboratorium Uji Contoh Nusantara",
    "note not in part": "dilarang digandakan kecuali seluruhnya",
    "7.8.2.2 from the customer": "Keterangan dari pelanggan, di luar tanggung jawab laboratorium: Kode contoh",
    "7.8.2.2 as received": "sampel sebagaimana diterima",
    "7.8.3 conditions": "Suhu ruang uji 23 – 25 °C",
    "7.8.6 conformity": "Contoh TIDAK MEMENUHI persyaratan SNI 3553:2015",
    "7.8.6 decision rule": "tanpa memperhitungkan ketidakpastian",
    "order": "00152",
    "regulation": "SNI 3553:2015 Air mineral",
    "sample code": "AL-OUTLET",
    "accreditation": "nomor akreditasi LP-000-IDN",
    "outside the scope": "*) Parameter tidak termasuk lingkup akreditasi.",
    "out of limit in words": "Tidak memenuhi",
}


@pytest.mark.parametrize("item", ITEMS)
def test_the_report_carries_every_item_of_the_standard(pdf_of, text_of, item):
    assert ITEMS[item] in words(text_of(pdf_of("test_report")))


def test_every_page_names_the_report_and_its_place_in_it(pdf_of, text_of, content):
    content["samples"][0]["results"] *= 9

    pages = text_of(pdf_of("test_report", content)).rstrip("\f").split("\f")

    assert len(pages) >= 3
    for position, page in enumerate(pages, start=1):
        assert "707/LP-BSPJI/PTK/XI/2026" in page
        assert f"Halaman {position} dari {len(pages)}" in page
    assert "Akhir laporan" in pages[-1]
    assert all("Akhir laporan" not in page for page in pages[:-1])


def test_a_long_table_repeats_its_head_on_every_page(pdf_of, text_of, content):
    content["samples"] = content["samples"][:1]
    content["samples"][0]["results"] *= 12

    pages = text_of(pdf_of("test_report", content)).rstrip("\f").split("\f")

    with_rows = [page for page in pages if "Kekeruhan" in page]
    assert len(with_rows) >= 3
    assert all("Parameter" in page and "Keterangan" in page for page in with_rows)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 8, 9, 12, 24, 25, 26, 27, 28, 60])
@pytest.mark.parametrize("samples", [1, 2])
def test_the_signature_never_stands_on_a_page_without_results(pdf_of, text_of, content, count, samples):
    for place, sample in enumerate(content["samples"]):
        row = sample["results"][0]
        sample["results"] = [row | {"parameter": f"Zat{place}n{n}"} for n in range(count)]
    content["samples"] = content["samples"][:samples]

    pages = text_of(pdf_of("test_report", content)).rstrip("\f").split("\f")

    [signed] = [page for page in pages if "Disahkan secara elektronik oleh" in page]
    assert signed == pages[-1]
    assert signed.count("Zat") >= min(2, count)
    assert "Catatan" in signed
    assert sum(page.count("Zat") for page in pages) == count * samples
    assert all("Contoh uji" not in page or "Zat" in page for page in pages)


def test_remarks_longer_than_a_page_flow_on(pdf_of, text_of, content):
    content["samples"][-1]["notes"] = [f"Catatan panjang {n}. " * 4 for n in range(120)]

    pages = text_of(pdf_of("test_report", content)).rstrip("\f").split("\f")

    assert len(pages) >= 3
    assert "Catatan panjang 119." in " ".join(pages)
    assert "Disahkan secara elektronik oleh" in pages[-1]


def test_scientific_signs_can_be_copied_out_again(pdf_of, text_of):
    text = text_of(pdf_of("test_report"))

    for piece in ("SO₄²⁻", "NO₂⁻", "µg/L", "≤ 0,1", "2,3 × 10¹", "24 °C"):
        assert piece in text


def test_a_report_without_accreditation_says_nothing_of_it(pdf_of, text_of, content):
    content["accreditation"] = {"is_marked": False, "number": None}

    text = text_of(pdf_of("test_report", content))

    assert "akreditasi" not in text
    assert "*)" not in text


def test_the_accreditation_mark_needs_a_parameter_inside_the_scope(content):
    for sample in content["samples"]:
        for result in sample["results"]:
            result["is_accredited"] = False

    with pytest.raises(ValidationError, match="akreditasi"):
        KINDS["test_report"].content().load(content)


def test_a_statement_of_conformity_needs_its_decision_rule(content):
    with pytest.raises(ValidationError, match="aturan keputusan"):
        KINDS["test_report"].content().load(content | {"decision_rule": None})


def test_an_amendment_names_what_it_replaces_and_why(pdf_of, text_of):
    replaced = {
        "number": "700/LP-BSPJI/PTK/X/2026",
        "issued_on": "2026-10-02",
        "reason": "Nama pelanggan salah ketik.",
        "changes": ["Nama pelanggan"],
    }

    text = words(text_of(pdf_of("test_report", {"replaces": replaced})))

    assert "Amandemen terhadap Laporan No. 700/LP-BSPJI/PTK/X/2026 tanggal 2 Oktober 2026" in text
    assert "Nama pelanggan salah ketik." in text


def test_a_draft_is_marked_on_each_page_and_cannot_be_verified(pdf_of, tool):
    draft = tool("pdftotext", "-raw", pdf_of("test_report", {"is_draft": True}), "-")

    pages = draft.rstrip("\f").split("\f")
    assert all(page.split()[-4:] == list("DRAF") for page in pages)
    assert all("tidak berlaku sebagai dokumen resmi" in page for page in pages)
    assert "verifikasi/" not in draft


def test_an_issued_report_bears_no_draft_mark(pdf_of, tool):
    assert "D R A F" not in words(tool("pdftotext", "-raw", pdf_of("test_report"), "-"))


def test_text_of_customers_is_never_read_as_markup(pdf_of, text_of, content):
    hostile = copy.deepcopy(content["customer"]) | {"name": "<b>PT A & B</b> <script>x</script>"}

    text = text_of(pdf_of("test_report", {"customer": hostile}))

    assert "<b>PT A & B</b>" in text


@pytest.mark.parametrize("missing", ["number", "authoriser", "samples", "customer", "issued_on", "performed_at"])
def test_content_without_a_required_item_is_not_printed(content, missing):
    del content[missing]

    with pytest.raises(ValidationError):
        KINDS["test_report"].content().load(content)
