"""The seed against the reference, typed a second time: every limit, unit and method of the standards the office tests by."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from svc_testing.catalogue import limits
from svc_testing.catalogue.sheets import PARAMETERS, STANDARDS, read_csv
from svc_testing.commands import SEED

AMDK = """
Keadaan: bau | – | = tidak berbau | 3.2.1
Keadaan: rasa | – | = normal | 3.2.2
Warna | unit Pt-Co | <= 5 | 3.2.3
pH | – | 6.0..8.5 | 3.3
Kekeruhan | NTU | <= 1.5 | 3.4
Zat terlarut (TDS) | mg/L | <= 500 | 3.5
Zat organik (sebagai KMnO₄) | mg/L | <= 1.0 | 3.6
Nitrat (NO₃⁻) | mg/L | <= 44 | 3.8
Nitrit (NO₂⁻) | mg/L | <= 0.1 | 3.9
Amonium (NH₄⁺) | mg/L | <= 0.15 | 3.10
Sulfat (SO₄²⁻) | mg/L | <= 200 | 3.11
Klorida (Cl⁻) | mg/L | <= 250 | 3.12
Fluorida (F⁻) | mg/L | <= 1 | 3.13
Sianida (CN⁻) | mg/L | <= 0.05 | 3.14
Besi (Fe) | mg/L | <= 0.1 | 3.26.8
Mangan (Mn) | mg/L | <= 0.05 | 3.26.8
Klor bebas (Cl₂) | mg/L | <= 0.1 | 3.17
Kromium (Cr) | mg/L | <= 0.05 | 3.26.8
Barium (Ba) | mg/L | <= 0.7 | 3.26.8
Boron (B) | mg/L | <= 2.4 | 3.26.8
Selenium (Se) | mg/L | <= 0.01 | 3.26.8
Bromat | mg/L | <= 0.01 | Kromatografi ion
Perak (Ag) | mg/L | <= 0.025 | 3.21.2
Timbal (Pb) | mg/L | <= 0.005 | 3.26.8
Tembaga (Cu) | mg/L | <= 0.5 | 3.26.8
Kadmium (Cd) | mg/L | <= 0.003 | 3.26.8
Raksa (Hg) | mg/L | <= 0.001 | AAS uap dingin
Arsen (As) | mg/L | <= 0.01 | AAS hidrida
Angka lempeng total awal | koloni/mL | <= 100 | SNI 3554:2015
Angka lempeng total akhir | koloni/mL | <= 100000 | SNI 3554:2015
Bakteri bentuk koli (koliform) | /250 mL | TTD | SNI 3554:2015
Pseudomonas aeruginosa | koloni/250 mL | TTD | SNI 3554:2015
O₂ terlarut | mg/L | ~ bila ditambahkan | 3.7
CO₂ bebas | mg/L | ~ bila ditambahkan | 3.7
"""
WASTE_WATER = """
pH | – | 6..9 | SNI 6989.11:2019
BOD | mg/L | <= 30 | SNI 6989.72:2009
COD | mg/L | <= 100 | SNI 6989.2:2019
TSS | mg/L | <= 30 | SNI 6989.3:2019
Minyak & lemak | mg/L | <= 5 | SNI 6989.10:2011
Amoniak | mg/L | <= 10 | SNI 06-6989.30-2005
Total coliform | jumlah/100 mL | <= 3000 | SM APHA 9221 B
Debit | L/orang/hari | <= 100 | Pengukuran lapangan
"""
NPK = """
Nitrogen total (N) | % | >= 6 | 6.2
Fosfor total (P₂O₅) | % | >= 6 | 6.3
Kalium (K₂O) | % | >= 6 | 6.4.2
Jumlah N + P₂O₅ + K₂O | % | >= 30 | Penjumlahan
Kadar air | % b/b | <= 3 | 6.5.2
Raksa (Hg) | mg/kg | <= 10 | 6.6.1
Kadmium (Cd) | mg/kg | <= 100 | 6.6.2
Timbal (Pb) | mg/kg | <= 500 | 6.6.3
Arsen (As) | mg/kg | <= 100 | 6.7
"""
COFFEE_SHARED_HEAD = """
Bau | – | = normal | SNI 01-3542-2004
Rasa | – | = normal | SNI 01-3542-2004
Warna | – | = normal | SNI 01-3542-2004
Kadar air | % b/b | <= 7 | SNI 01-3542-2004
Kadar abu | % b/b | <= 5 | SNI 01-3542-2004
"""
COFFEE_SHARED_TAIL = """
Timbal (Pb) | mg/kg | <= 2.0 | SNI 01-3542-2004
Tembaga (Cu) | mg/kg | <= 30 | SNI 01-3542-2004
Seng (Zn) | mg/kg | <= 40 | SNI 01-3542-2004
Timah (Sn) | mg/kg | <= 40 | SNI 01-3542-2004
Timah (Sn), kemasan kaleng | mg/kg | <= 250 | SNI 01-3542-2004
Raksa (Hg) | mg/kg | <= 0.03 | SNI 01-3542-2004
Arsen (As) | mg/kg | <= 1.0 | SNI 01-3542-2004
Angka lempeng total | koloni/g | <= 1000000 | SNI 01-3542-2004
Kapang | koloni/g | <= 10000 | SNI 01-3542-2004
"""
COFFEE_I = f"""{COFFEE_SHARED_HEAD}
Kealkalian abu | mL N NaOH/100 g | 57..64 | SNI 01-3542-2004
Sari kopi | % b/b | 20..36 | SNI 01-3542-2004
Kafein (anhidrat) | % b/b | 0.9..2 | SNI 01-3542-2004
Bahan-bahan lain | – | = tidak boleh ada | SNI 01-3542-2004
{COFFEE_SHARED_TAIL}"""
COFFEE_II = f"""{COFFEE_SHARED_HEAD}
Kealkalian abu | mL N NaOH/100 g | >= 35 | SNI 01-3542-2004
Sari kopi | % b/b | <= 60 | SNI 01-3542-2004
Kafein (anhidrat) | % b/b | 0.45..2 | SNI 01-3542-2004
Bahan-bahan lain | – | ~ boleh ada | SNI 01-3542-2004
{COFFEE_SHARED_TAIL}"""
SALT = """
Kadar air | % b/b | <= 7 | Lampiran
NaCl (adbk) | % | >= 94 | argentometri
Bagian tak larut dalam air (adbk) | % | <= 0.5 | Lampiran
Yodium sebagai KIO₃ (adbk) | mg/kg | >= 30 | iodometri
Kadmium (Cd) | mg/kg | <= 0.5 | Lampiran
Timbal (Pb) | mg/kg | <= 10 | Lampiran
Raksa (Hg) | mg/kg | <= 0.1 | Lampiran
Arsen (As) | mg/kg | <= 0.1 | Lampiran
"""
PALM_OIL = """
Bau | – | = normal | A.2
Rasa | – | = normal | A.2
Warna | – | = kuning – jingga | A.3
Kadar air dan bahan menguap | % b/b | <= 0.1 | A.4
Asam lemak bebas (sebagai asam palmitat) | % b/b | <= 0.3 | A.5
Bilangan peroksida | mek O₂/kg | <= 10 | A.6
Vitamin A total | IU/g | >= 45 | A.7
Asam linolenat (C18:3) | % | <= 2 | A.8
Minyak pelikan | – | = negatif | A.8
Kadmium (Cd) | mg/kg | <= 0.10 | A.9.1
Timbal (Pb) | mg/kg | <= 0.10 | A.9.1
Timah (Sn) | mg/kg | <= 40 | A.9
Timah (Sn), kemasan kaleng | mg/kg | <= 250 | A.9
Merkuri (Hg) | mg/kg | <= 0.05 | A.9
Arsen (As) | mg/kg | <= 0.10 | A.10
"""
REFERENCE = {
    "SNI 3553:2015": AMDK,
    "P.68/2016": WASTE_WATER,
    "SNI 2803:2012": NPK,
    "SNI 01-3542-2004 Kelas I": COFFEE_I,
    "SNI 01-3542-2004 Kelas II": COFFEE_II,
    "SNI 3556:2016": SALT,
    "SNI 7709:2019": PALM_OIL,
}
BIOTA_UNITS = {"Plankton: kelimpahan": "ind/L", "Bentos: kepadatan": "ind/m²"}
DRY = {
    "SNI 2803:2012": {
        "Nitrogen total (N)",
        "Fosfor total (P₂O₅)",
        "Kalium (K₂O)",
        "Jumlah N + P₂O₅ + K₂O",
        "Raksa (Hg)",
        "Kadmium (Cd)",
        "Timbal (Pb)",
        "Arsen (As)",
    },
    "SNI 3556:2016": {"NaCl (adbk)", "Bagian tak larut dalam air (adbk)", "Yodium sebagai KIO₃ (adbk)"},
}
SUCCESSORS = {
    "SNI 3553:2015": "2023",
    "P.68/2016": "Permen LH 11/2025",
    "SNI 2803:2012": "2024",
    "SNI 01-3542-2004 Kelas I": "SNI 8964:2021",
    "SNI 01-3542-2004 Kelas II": "SNI 8964:2021",
    "SNI 3556:2016": "SNI 3556:2024",
    "SNI 7709:2019": "",
}

STANDARD_READING = read_csv(STANDARDS, SEED / "catalogue" / "standards.csv")
PARAMETER_READING = read_csv(PARAMETERS, SEED / "catalogue" / "parameters.csv")
SEEDED: dict[str, list[dict[str, Any]]] = {}
for _row in PARAMETER_READING.rows:
    SEEDED.setdefault(_row["standard"], []).append(_row)


def typed(table: str) -> list[tuple[str, str, str, str]]:
    lines = [[part.strip() for part in line.split("|")] for line in table.strip().splitlines() if line.strip()]
    return [(name, unit, limit, method) for name, unit, limit, method in lines]


def as_typed(row: dict[str, Any]) -> str:
    """A seeded limit in the notation of the tables above."""
    low, high, text = row["limit_low"], row["limit_high"], row["limit_text"]
    match row["limit_kind"]:
        case "max":
            return f"<= {high}"
        case "min":
            return f">= {low}"
        case "range":
            return f"{low}..{high}"
        case "not_detected":
            return "TTD"
        case "text":
            return f"= {text}"
    return f"~ {text}"


def test_the_seed_can_be_read_without_complaint() -> None:
    assert STANDARD_READING.complaints + PARAMETER_READING.complaints == []
    assert {row["code"] for row in STANDARD_READING.rows} == {*REFERENCE, "Biota perairan"} == set(SEEDED)


@pytest.mark.parametrize("code", REFERENCE)
def test_every_limit_and_unit_is_that_of_the_reference(code: str) -> None:
    seeded = [(row["name"], row["unit"], as_typed(row)) for row in SEEDED[code]]

    assert seeded == [(name, unit, limit) for name, unit, limit, _ in typed(REFERENCE[code])]


@pytest.mark.parametrize("code", REFERENCE)
def test_every_method_is_that_of_the_reference(code: str) -> None:
    methods = {row["name"]: row["method"] for row in SEEDED[code]}

    assert [
        name for name, _, _, method in typed(REFERENCE[code]) if not methods[name].endswith((method, f"{method})"))
    ] == []


@pytest.mark.parametrize("code", REFERENCE)
def test_what_is_printed_says_the_same_as_the_number(code: str) -> None:
    assert [(row["name"], limits.problems(row)) for row in SEEDED[code] if limits.problems(row)] == []


@pytest.mark.parametrize("code", REFERENCE)
def test_dry_basis_stands_where_the_reference_says_so(code: str) -> None:
    assert {row["name"] for row in SEEDED[code] if row["limit_basis"] == "adbk"} == DRY.get(code, set())


@pytest.mark.parametrize("code", REFERENCE)
def test_editions_and_their_successors_are_named(code: str) -> None:
    [standard] = [row for row in STANDARD_READING.rows if row["code"] == code]

    assert SUCCESSORS[code] in standard["superseded_by"]
    assert bool(standard["superseded_by"]) == bool(SUCCESSORS[code])
    assert standard["edition"] in code


def test_biota_has_both_counts_and_six_results_for_each() -> None:
    rows = SEEDED["Biota perairan"]

    assert {row["name"]: row["unit"] for row in rows if row["unit"] != "–"} == BIOTA_UNITS
    assert [sum(row["name"].startswith(kind) for row in rows) for kind in ("Plankton", "Bentos")] == [6, 6]
    assert all(row["is_biota"] and row["limit_kind"] == "none" for row in rows)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("maks 5", ["5"]),
        ("6,0 – 8,5", ["6.0", "8.5"]),
        ("maks 1,0 × 10²", ["100"]),
        ("maks 10⁶", ["1000000"]),
        ("maks 3.000", ["3000"]),
        ("maks 0,025", ["0.025"]),
        ("normal", []),
    ],
)
def test_numbers_are_read_from_what_is_printed(text: str, numbers: list[str]) -> None:
    assert limits.numbers(text) == [Decimal(number) for number in numbers]


LIMIT = {"limit_kind": "max", "limit_low": None, "limit_high": Decimal(5), "limit_text": "maks 5"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"limit_text": "maks 6"}, "limit_text"),
        ({"limit_text": "min 5"}, "limit_text"),
        ({"limit_high": None}, "limit_high"),
        ({"limit_low": Decimal(1)}, "limit_low"),
        ({"limit_kind": "range", "limit_low": Decimal(9), "limit_text": "9 – 5"}, "limit_high"),
        ({"limit_kind": "not_detected", "limit_high": None, "limit_text": "negatif"}, "limit_text"),
        ({"limit_kind": "text", "limit_high": None, "limit_text": ""}, "limit_text"),
    ],
)
def test_a_limit_that_contradicts_itself_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    assert list(limits.problems(LIMIT | changes)) == [field]


def test_a_source_is_the_name_of_a_standard_or_regulation_or_nothing() -> None:
    given = {row["source_note"] for row in PARAMETER_READING.rows} | {row["source"] for row in STANDARD_READING.rows}

    assert [
        source for source in given if source and not re.match(r"(SNI|SM APHA|ISO|Permen|Peraturan) .*\d", source)
    ] == []
