"""Cek Organisme as a page: filled in without scripts, refused beside its fields, only read by others."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

from reader import Page, Reader
from shelf import Shelf

Client = Callable[[str], Reader]

KEY = "0199d000-0000-7000-8000-0000000000b1"
SAMPLE = "0199d000-0000-7000-8000-0000000000b2"
COUNTS = f"testing/analyses/{KEY}/counts"
PAGE = f"/pengujian/analisis/{KEY}/organisme"
GROUPS = [{"value": "fitoplankton", "label": "Fitoplankton"}, {"value": "zooplankton", "label": "Zooplankton"}]
FIELDS: list[dict[str, Any]] = [
    {
        "name": "filtered_litres",
        "label": "Volume air tersaring Vd (L)",
        "kind": "decimal",
        "required": True,
    },
    {"name": "chamber_ml", "label": "Volume bilik Vcg (mL)", "kind": "decimal", "required": True, "value": "1"},
    {
        "name": "rows",
        "label": "Takson dan jumlah",
        "kind": "list",
        "fields": [
            {"name": "taxon", "label": "Takson", "kind": "text", "required": True, "max": 80},
            {"name": "group", "label": "Kelompok", "kind": "choice", "options": GROUPS},
            {"name": "count", "label": "Jumlah", "kind": "integer", "required": True, "max": 1000000},
        ],
    },
    {"name": "nothing_found", "label": "Tidak ada organisme yang ditemukan", "kind": "boolean"},
]
BLANK: dict[str, Any] = {
    "id": KEY,
    "version": 4,
    "status": {"code": "assigned", "label": "PROSES"},
    "actions": [],
    "parameter": "Plankton: kelimpahan",
    "unit": "ind/L",
    "sample": {"id": SAMPLE, "number": "P.00434 - 2026", "sample_type": "Biota perairan"},
    "analyst": {"id": KEY, "name": "Aria Contoh"},
    "kind": {"code": "plankton", "label": "Plankton", "amount": "Kelimpahan", "unit": "ind/L"},
    "sheet": None,
    "saved": None,
    "figures": None,
    "offered": "",
    "shared_with": ["Plankton: indeks keseragaman (E)"],
    "fields": FIELDS,
    "refusal": "",
    "taxa": [{"taxon": "Nitzschia", "group": "fitoplankton"}],
    "links": {},
}
FILLED = BLANK | {
    "sheet": {
        "kind": "plankton",
        "filtered_litres": "20.5",
        "chamber_ml": "1",
        "nothing_found": False,
        "rows": [
            {"taxon": "Nitzschia", "group": "fitoplankton", "count": 1200},
            {"taxon": "<b>Lain</b>", "group": "zooplankton", "count": 3},
        ],
    },
    "saved": {"by": {"id": KEY, "name": "Aria Contoh"}, "at": "2026-11-20T02:00:00+00:00"},
    "figures": {
        "rows": [
            {"taxon": "Nitzschia", "group_label": "Fitoplankton", "count": 1200, "abundance": "62.5"},
            {"taxon": "<b>Lain</b>", "group_label": "Zooplankton", "count": 3, "abundance": "37.5"},
        ],
        "individuals": 1203,
        "taxa": 2,
        "abundance": "1400",
        "unit": "ind/L",
        "measures": [{"label": "Volume air tersaring Vd (L)", "value": "20.5"}],
        "indices": [
            {
                "code": "shannon",
                "label": "Indeks keanekaragaman Shannon–Wiener (H′)",
                "value": "1.428",
                "criterion": "sedang",
            },
            {"code": "evenness", "label": "Indeks keseragaman (E)", "value": None, "criterion": ""},
        ],
    },
    "offered": "1400",
}
TYPED = {
    "_version": "4",
    "filtered_litres": "20,5",
    "chamber_ml": "1",
    "rows-rows": "10",
    "rows-0-taxon": "Nitzschia",
    "rows-0-count": "12",
    "rows-3-taxon": "Chaetoceros",
    "rows-3-group": "fitoplankton",
    "rows-3-count": "1.200",
}


def shown(shelf: Shelf, counted: dict[str, Any]) -> None:
    shelf.replies[f"GET {COUNTS}"] = (200, counted)


def cells(page: Page, column: str) -> list[str]:
    found = {each.get("name"): each.get("value", "") for each in page.all("input")}
    names = (f"rows-{place}-{column}" for place in itertools.count())
    return [found[name] for name in itertools.takewhile(found.__contains__, names)]


def told(page: Page) -> list[str]:
    """Rows of tables and facts, their cells with a space between."""
    rows = [*page.all("tr"), *(each for each in page.all("div") if "fact" in each.get("class", "").split())]
    return [" ".join(" ".join(" ".join(cell.itertext()).split()) for cell in row) for row in rows]


def puts(shelf: Shelf) -> list[Any]:
    return [sent for sent in shelf.sent if sent.method == "PUT"]


def test_an_empty_sheet_has_room_for_ten_taxa_and_offers_the_known_ones(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)

    page = client("analis").get(PAGE)

    assert cells(page, "taxon") == [""] * 10
    assert page.hidden("chamber_ml") == "1"
    assert [each.get("value") for each in page.all("option") if each.get("data-group")] == ["Nitzschia"]
    assert "Dipakai juga untuk: Plankton: indeks keseragaman (E)" in page.text
    assert "Hasil hitungan" not in page.text


def test_a_sheet_is_saved_as_it_was_typed_with_the_version_that_was_read(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)
    shelf.replies[f"PUT {COUNTS}"] = (200, FILLED)

    answer = client("analis").post(PAGE, TYPED, expect=303)

    (sent,) = puts(shelf)
    assert sent.headers["If-Match"] == '"4"'
    assert sent.json == {
        "filtered_litres": "20.5",
        "chamber_ml": "1",
        "rows": [
            {"taxon": "Nitzschia", "count": 12},
            {"taxon": "Chaetoceros", "group": "fitoplankton", "count": 1200},
        ],
        "nothing_found": False,
    }
    assert answer.headers["Location"].endswith(PAGE)


def test_rows_are_added_without_scripts_and_nothing_typed_is_lost(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)

    page = client("analis").post(PAGE, TYPED | {"add": "1", "filtered_litres": ""}, expect=200)

    assert len(cells(page, "taxon")) == 15
    assert cells(page, "taxon")[:3] == ["Nitzschia", "Chaetoceros", ""]
    assert cells(page, "count")[:2] == ["12", "1.200"]
    assert page.hidden("rows-rows") == "15"
    assert puts(shelf) == []


def test_rows_do_not_grow_without_end(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)

    page = client("analis").post(PAGE, TYPED | {"add": "1", "rows-rows": "999999"}, expect=200)

    assert len(cells(page, "taxon")) == 200


def test_what_is_missing_is_said_before_it_is_sent(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)

    page = client("analis").post(PAGE, {"rows-rows": "10", "rows-0-taxon": "Nitzschia"}, expect=422)

    assert "Isi Volume air tersaring Vd (L)." in page.text
    assert "Baris 1: Isi Jumlah." in page.text
    assert "#f-rows-0-count" in page.links
    assert puts(shelf) == []


def test_a_refusal_of_the_service_stands_beside_its_cell(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)
    errors = {
        "rows.1.taxon": ["Nitzschia sudah ada pada baris 1."],
        "filtered_litres": ["Harus antara 0.001 dan 1000000."],
    }
    shelf.replies[f"PUT {COUNTS}"] = (422, {"title": "Isian belum benar", "status": 422, "errors": errors})

    page = client("analis").post(PAGE, TYPED, expect=422)

    said = {each.get("id"): "".join(each.itertext()) for each in page.all("p") if each.get("class") == "problem"}
    assert "sudah ada pada baris 1" in said["f-rows-1-taxon-error"]
    assert "Harus antara" in said["f-filtered-litres-error"]
    assert cells(page, "taxon")[:2] == ["Nitzschia", "Chaetoceros"]
    assert page.hidden("filtered_litres") == "20,5"


def test_a_sheet_somebody_changed_meanwhile_is_not_saved_over(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK)
    shelf.replies[f"PUT {COUNTS}"] = (412, {"title": "Data sudah berubah", "status": 412, "detail": "x"})

    page = client("analis").post(PAGE, TYPED, expect=412)

    assert "baru saja diubah orang lain" in page.text
    assert cells(page, "taxon")[:2] == ["Nitzschia", "Chaetoceros"]


def test_figures_are_shown_with_their_criteria_and_lead_to_the_result(client: Client, shelf: Shelf) -> None:
    submit = {"name": "submit", "label": "Kirim Hasil", "href": f"/api/v1/testing/analyses/{KEY}/actions/submit"}
    shown(shelf, FILLED | {"actions": [submit | {"method": "POST", "fields": []}]})

    page = client("analis").get(PAGE)

    assert "Indeks keanekaragaman Shannon–Wiener (H′) 1,428 sedang" in told(page)
    assert "Indeks keseragaman (E) – –" in told(page)
    assert "Nitzschia Fitoplankton 1.200 62,5" in told(page)
    assert "<b>Lain</b>" in page.text
    assert "1.400 ind/L" in page.text
    assert f"/pengujian/sampel/{SAMPLE}#isi-{KEY}" in page.links
    assert page.hidden("filtered_litres") == "20,5"
    assert cells(page, "count")[:3] == ["1200", "3", ""]


def test_others_read_the_figures_and_get_no_form(client: Client, shelf: Shelf) -> None:
    shown(shelf, FILLED | {"fields": [], "refusal": "Parameter ini bukan tugas Anda."})

    for who in ("penyelia", "pjlab", "pengetik"):
        page = client(who).get(PAGE)
        assert "1,428" in page.text
        assert "Volume air tersaring Vd (L) 20,5" in told(page)
        assert not any(form.get("action") == PAGE for form in page.all("form")), who
        assert "bukan tugas Anda" not in page.text


def test_others_read_that_nothing_was_counted_yet(client: Client, shelf: Shelf) -> None:
    shown(shelf, BLANK | {"fields": [], "refusal": "Parameter ini bukan tugas Anda."})

    assert "Belum ada organisme yang dihitung." in client("penyelia").get(PAGE).text


def test_what_is_posted_to_a_closed_sheet_is_not_sent(client: Client, shelf: Shelf) -> None:
    reason = "Hasil sudah dikirim; tarik hasilnya untuk mengubah hitungan."
    shown(shelf, FILLED | {"fields": [], "refusal": reason})

    client("analis").post(PAGE, TYPED, expect=303)

    assert reason in client("analis").get(PAGE).text
    assert puts(shelf) == []


def test_a_sheet_that_may_not_be_seen_is_not_found(client: Client, shelf: Shelf) -> None:
    shelf.replies[f"GET {COUNTS}"] = (404, {"title": "Tidak ditemukan", "status": 404})

    client("pelanggan").get(PAGE, expect=404)


def test_a_stranger_is_sent_to_the_login_page(client: Client) -> None:
    assert "/masuk" in client("").get(PAGE, expect=303).headers["Location"]


def test_the_page_of_a_sample_leads_to_the_sheet_of_biota_only(client: Client, shelf: Shelf) -> None:
    path = next(key for key in shelf.answers["penyelia"] if key.startswith("testing/samples/") and key.count("/") == 2)
    sample = copy.deepcopy(shelf.example("penyelia", path))
    first, *others = sample["analyses"]
    first["links"]["counts"] = f"/api/v1/testing/analyses/{first['id']}/counts"
    shelf.replies[f"GET {path}"] = (200, sample)

    page = client("penyelia").get(f"/pengujian/{path.removeprefix('testing/').replace('samples', 'sampel')}")

    assert [link for link in page.links if link.endswith("/organisme")] == [
        f"/pengujian/analisis/{first['id']}/organisme"
    ]
    assert others
