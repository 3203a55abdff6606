"""The masters: valid pages for every declaration, closed to others, told in words when a sheet is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from reader import Reader
from shelf import Shelf

from gateway.masters import IMPORTS, MASTERS, PARAMETERS, Master

Client = Callable[[str], Reader]

KEY = "0199d000-0000-7000-8000-0000000000aa"
EDIT = {
    "name": "edit",
    "label": "Edit",
    "method": "POST",
    "fields": [{"name": "note", "label": "Catatan", "kind": "text"}],
}
FILLED = {
    "id": KEY,
    "version": 3,
    "number": "BOD <b>",
    "name": "BOD <b>",
    "status": {"code": "offered", "label": "DITAWARKAN"},
    "standard": {"id": KEY, "code": "P.68/2016"},
    "limit_text": "maks 30",
    "limit_high": "30",
    "price_amount": 85000,
    "valid_from": "2026-01-01",
    "valid_to": None,
    "is_accredited": True,
    "created_at": "2026-11-20T02:00:00+00:00",
    "brought_by": "Admin",
    "change_count": 1,
    "counts": {"changed": 1},
    "template": "P.{n}-{year}",
    "next": "P.2-2026",
    "last": 1,
    "user": {"name": "Analis"},
    "parameters": [
        {"id": KEY, "parameter": "BOD", "unit": "mg/L", "limit_text": "maks 30", "method": "x", "price_amount": 1}
    ],
    "changes": [
        {
            "table": "Parameter",
            "row": 4,
            "key": ["P.68/2016", "BOD"],
            "kind": "changed",
            "kind_label": "Diubah",
            "fields": [{"label": "Batas atas", "before_text": "30", "after_text": "25"}],
        }
    ],
    "links": {},
}


def answers(shelf: Shelf, master: Master) -> None:
    root = f"{master.service}/{master.things}"
    thing = FILLED | {"actions": [EDIT | {"href": f"/api/v1/{root}/{KEY}/actions/edit"}]}
    history = {
        "id": KEY,
        "seq": 1,
        "thing": "testing.parameter",
        "thing_id": KEY,
        "transition": "edit",
        "from": "offered",
        "to": "offered",
        "at": "2026-11-20T02:00:00+00:00",
        "actor": {"id": KEY, "name": "Admin Utama", "roles": ["super_admin"]},
        "note": "",
        "changes": {"limit_text": ["maks 31", "maks 30"]},
    }
    shelf.replies |= {
        f"GET {root}": (200, {"items": [thing], "next": None, "count": 1}),
        f"GET {root}/{KEY}": (200, thing),
        f"GET {root}/{KEY}/history": (200, {"items": [history]}),
        f"GET {root}/form": (200, {"fields": [{"name": "name", "label": "Nama", "kind": "text", "required": True}]}),
    }


@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.path)
def test_each_master_has_a_list_a_page_a_history_and_a_form(client: Client, shelf: Shelf, master: Master) -> None:
    answers(shelf, master)
    admin = client("admin")

    listed, one = admin.get(master.path), admin.get(f"{master.path}/{KEY}")

    assert f"{master.path}/{KEY}" in listed.links
    assert "<b>" not in one.html
    assert [link for link in one.links if link.startswith(f"/tindakan/{master.service}/{master.things}/{KEY}/edit")]
    admin.get(f"{master.path}/{KEY}/riwayat", is_piece=True)
    if master.add_label:
        assert admin.get(f"{master.path}/tambah").form_of(f"{master.path}/tambah").get("method") == "post"


def test_the_history_says_what_was_before(client: Client, shelf: Shelf) -> None:
    answers(shelf, PARAMETERS)

    page = client("admin").get(f"{PARAMETERS.path}/{KEY}/riwayat", is_piece=True)

    assert "Batas tertulis" in page.text
    assert "maks 31 → maks 30" in page.text
    assert "Admin Utama" in page.text


@pytest.mark.parametrize("username", ["pelanggan", "cs", "bendahara", "analis"])
@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.path)
def test_masters_are_closed_to_others(client: Client, shelf: Shelf, username: str, master: Master) -> None:
    answers(shelf, master)

    for path in (master.path, f"{master.path}/{KEY}", f"{master.path}/{KEY}/riwayat"):
        client(username).get(path, expect=403)


@pytest.mark.parametrize("path", ["/master/kalender", "/master/kantor", "/riwayat"])
def test_pages_of_administrators_are_closed_to_the_laboratory(client: Client, path: str) -> None:
    client("pjlab").get(path, expect=403)


def test_the_coordinator_reads_parameters_and_adds_none(client: Client, shelf: Shelf) -> None:
    answers(shelf, PARAMETERS)

    assert "Tambah Parameter" not in client("pjlab").get(PARAMETERS.path).text
    client("pjlab").get(f"{PARAMETERS.path}/tambah", expect=403)


def bring(client: Client, shelf: Shelf, answer: tuple[int, Any], *, expect: int) -> Any:
    shelf.replies["POST testing/imports"] = answer
    sheet = {"file": ("katalog.xlsx", io.BytesIO(b"PK"), "application/octet-stream")}
    return client("admin").post("/master/impor", {}, expect=expect, files=sheet)


def test_a_refused_sheet_is_told_row_by_row(client: Client, shelf: Shelf) -> None:
    complaint = "Lembar Parameter, baris 7, kolom Satuan: satuan “mg/Lt” tidak dikenal."
    problem = {"detail": "Berkas berisi 1 kesalahan; tidak ada yang diubah.", "errors": {"file": [complaint]}}

    page = bring(client, shelf, (422, problem), expect=422)

    assert complaint in page.text
    assert problem["detail"] in page.text


@pytest.mark.parametrize("status", [403, 404, 409, 413, 503])
def test_a_refused_sheet_is_answered_with_the_status_of_the_refusal(client: Client, shelf: Shelf, status: int) -> None:
    page = bring(client, shelf, (status, {"detail": "Belum dapat diterima.", "status": status}), expect=status)

    assert page.text.count("Belum dapat diterima.") == 1


def test_a_sheet_that_is_sent_twice_is_one_act(client: Client, shelf: Shelf) -> None:
    answers(shelf, IMPORTS)
    shelf.replies["POST testing/imports"] = (201, FILLED)
    reader = client("admin")
    key = reader.get("/master/impor").hidden("_key")
    for _ in range(2):
        sheet = {"file": ("katalog.xlsx", io.BytesIO(b"PK"), "application/octet-stream")}
        reader.post("/master/impor", {"_key": key}, expect=303, files=sheet)

    sheets = [sent for sent in shelf.sent if sent.method == "POST" and sent.path.endswith("/testing/imports")]
    assert [sent.headers["Idempotency-Key"] for sent in sheets] == [key] * 2
    assert key


def test_a_sheet_that_can_be_read_leads_to_its_changes(client: Client, shelf: Shelf) -> None:
    page = bring(client, shelf, (201, FILLED), expect=303)

    assert page.headers["Location"].endswith(f"/master/impor/{KEY}")


def test_a_difference_strikes_out_only_what_was_there(client: Client, shelf: Shelf) -> None:
    answers(shelf, IMPORTS)
    change = {"table": "Parameter", "row": 2, "key": ["P.68/2016", "BOD"], "kind": "changed", "kind_label": "Diubah"}
    fields = [
        {"label": "Diblokir", "before_text": "", "after_text": "reagen habis"},
        {"label": "Harga", "before_text": "Rp 20.000", "after_text": "Rp 25.000"},
    ]
    added = {**change, "kind": "added", "kind_label": "Ditambahkan", "fields": [fields[0]]}
    shown = {**FILLED, "changes": [{**change, "fields": fields}, added]}
    shelf.replies[f"GET testing/imports/{KEY}"] = (200, shown)

    page = client("admin").get(f"/master/impor/{KEY}")

    assert ["".join(each.itertext()) for each in page.all("del")] == ["Rp 20.000"]
    assert "Diblokir: kosong → reagen habis" in page.text
    assert "Ditambahkan BOD · P.68/2016 Diblokir: reagen habis" in page.text


def test_without_a_file_nothing_is_sent(client: Client, shelf: Shelf) -> None:
    page = client("admin").post("/master/impor", {}, expect=422)

    assert "Pilih berkas Excel (.xlsx)." in page.text
    assert [sent for sent in shelf.sent if sent.method == "POST" and "imports" in sent.path] == []


def test_the_calendar_shows_days_and_keeps_what_was_typed_wrong(client: Client, shelf: Shelf) -> None:
    day = {"date": "2026-12-25", "kind": "national_holiday", "kind_label": "Libur nasional", "note": "Natal"}
    shelf.replies["GET identity/calendar"] = (200, {"year": 2026, "items": [day]})

    assert "25-12-2026" in client("admin").get("/master/kalender").text
    page = client("admin").post("/master/kalender", {"date": "2026-12-31", "note": "Tutup"}, expect=422)

    assert "Pilih Jenis." in page.text
    assert page.hidden("date") == "2026-12-31"


def test_who_did_what_is_told_for_one_service(client: Client, shelf: Shelf) -> None:
    answers(shelf, PARAMETERS)
    [row] = shelf.replies[f"GET testing/parameters/{KEY}/history"][1]["items"]
    found = {"items": [row | {"root_id": KEY}], "next": KEY}
    shelf.replies["GET testing/activity"] = (200, found)

    page = client("admin").get("/riwayat?siapa=staff&q=bod")

    assert "Admin Utama" in page.text
    assert any(f"before={KEY}" in link and "q=bod" in link for link in page.links)
