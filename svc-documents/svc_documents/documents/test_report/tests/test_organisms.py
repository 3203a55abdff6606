"""The annex of counted organisms in the PDF."""

import copy
import json

import pytest
from marshmallow import ValidationError

from chassis.testing import CONTRACTS
from svc_documents.documents.registry import KINDS


def contract(name):
    return json.loads((CONTRACTS / "calls" / f"testing.{name}.json").read_text())


@pytest.fixture
def content():
    made = contract("report_content")
    made["samples"][1]["organisms"] = [contract("report_organisms")]
    return made


def words(text):
    return " ".join(text.split())


def test_the_report_lists_each_taxon_with_its_count_and_abundance(pdf_of, tool, content):
    told = words(tool("pdftotext", "-layout", pdf_of("test_report", content), "-"))

    assert "Organisme: Plankton" in told
    assert "Dasar hasil: Plankton: kelimpahan; Plankton: indeks keanekaragaman Shannon–Wiener (H′)." in told
    assert "Kelimpahan (ind/L)" in told
    assert "3 Brachionus Zooplankton 5 62,5" in told
    assert "4 Chaetoceros sp. Fitoplankton 3 37,5" in told


def test_the_report_says_the_indices_with_their_criteria(pdf_of, tool, content):
    told = words(tool("pdftotext", "-layout", pdf_of("test_report", content), "-"))

    assert "Jumlah takson (S) 5 –" in told
    assert "Jumlah individu (N) 30 –" in told
    assert "Kelimpahan total (ind/L) 375 –" in told
    assert "Indeks keanekaragaman Shannon–Wiener (H′) 1,428 sedang" in told
    assert "Indeks keseragaman (E) 0,888 stabil" in told
    assert "Indeks dominansi (C) 0,273 tidak ada dominansi" in told
    assert "Volume air tersaring Vd (L): 20" in told


def test_the_annex_stands_after_the_results_of_its_sample(pdf_of, text_of, content):
    told = text_of(pdf_of("test_report", content))

    assert told.index("Total coliform") < told.index("Organisme: Plankton") < told.index("Akhir laporan")


def test_a_sample_without_organisms_says_nothing_of_them(pdf_of, text_of):
    assert "Organisme" not in text_of(pdf_of("test_report"))


def test_a_sample_in_which_nothing_was_found_says_so(pdf_of, text_of, content):
    (sheet,) = content["samples"][1]["organisms"]
    nothing = {"rows": [], "individuals": "0", "taxa": "0", "abundance": "0"}
    undefined = [index | {"value": "–", "criterion": ""} for index in sheet["indices"]]
    content["samples"][1]["organisms"] = [sheet | nothing | {"indices": undefined}]

    told = words(text_of(pdf_of("test_report", content)))

    assert "Tidak ada organisme yang ditemukan." in told
    assert "Nitzschia" not in told


def test_a_long_list_of_taxa_repeats_its_head_on_every_page(pdf_of, text_of, content):
    (sheet,) = content["samples"][1]["organisms"]
    sheet["rows"] = [{**copy.copy(sheet["rows"][0]), "taxon": f"Takson {n}"} for n in range(90)]

    pages = text_of(pdf_of("test_report", content)).rstrip("\f").split("\f")

    with_taxa = [page for page in pages if "Takson 1" in page or "Takson 5" in page or "Takson 8" in page]
    assert len(with_taxa) >= 2
    assert all("Kelompok" in page and "Jumlah individu" in page for page in with_taxa)


def test_a_report_made_before_there_were_annexes_is_still_printed(pdf_of, text_of):
    content = contract("report_content")
    for sample in content["samples"]:
        del sample["organisms"]

    assert "Akhir laporan" in text_of(pdf_of("test_report", content))


def test_text_of_a_taxon_is_never_read_as_markup(pdf_of, text_of, content):
    content["samples"][1]["organisms"][0]["rows"][0]["taxon"] = "<b>Nitzschia</b> & <script>"

    assert "<b>Nitzschia</b> & <script>" in words(text_of(pdf_of("test_report", content)))


def test_a_row_without_a_count_is_not_printed(content):
    del content["samples"][1]["organisms"][0]["rows"][0]["count"]

    with pytest.raises(ValidationError):
        KINDS["test_report"].content().load(content)
