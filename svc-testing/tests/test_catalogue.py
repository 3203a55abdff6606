"""What the keepers of the catalogue may do, what orders keep, and what a sheet changes."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import Workbook, load_workbook

from chassis.db import atomic, db
from svc_testing.catalogue.models import Parameter, Standard
from svc_testing.commands import load_catalogue

API = "/api/v1/testing"
NEW = {
    "name": "Nikel (Ni)",
    "unit": "mg/L",
    "limit_kind": "max",
    "limit_high": "0.07",
    "method": "SNI 6989.84:2019",
    "price_amount": 75_000,
    "lead_days": 15,
    "lab_group": "kimia",
    "required_verifiers": 1,
    "workload_points": "1",
}


def parameter(office: Any, name: str, code: str = "P.68/2016") -> dict[str, Any]:
    rows = office.super_admin.get(f"{API}/parameters?standard_id={office.standard(code)['id']}&limit=200").json["items"]
    found: dict[str, Any] = next(row for row in rows if row["name"] == name)
    return found


def do(
    office: Any, thing: dict[str, Any], name: str, /, *, kind: str = "parameters", version: Any = None, **form: Any
) -> Any:
    headers = {"If-Match": f'"{version}"'} if version else {}
    return office.super_admin.post(f"{API}/{kind}/{thing['id']}/actions/{name}", json=form, headers=headers)


def edited(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    names = [
        *NEW,
        "limit_low",
        "limit_text",
        "limit_words",
        "limit_basis",
        "limit_note",
        "is_accredited",
        "is_biota",
        "source_note",
    ]
    return {name: row[name] for name in names} | changes


@pytest.mark.parametrize("role", ["customer", "customer_service", "lab_coordinator", "analyst", "treasurer"])
def test_only_admins_keep_the_catalogue(office: Any, role: str) -> None:
    row = parameter(office, "BOD")
    who = getattr(office, role)

    acts = [
        who.post(f"{API}/parameters/{row['id']}/actions/{name}", json={}).status_code
        for name in ("edit", "block", "delete")
    ]
    added = [
        who.post(f"{API}/parameters", json={}).status_code,
        who.post(f"{API}/standards", json={}).status_code,
        who.post(f"{API}/imports").status_code,
    ]

    assert set(acts) <= {403, 404}
    assert added == [403, 403, 403]
    assert parameter(office, "BOD")["version"] == row["version"]


def test_the_coordinator_reads_parameters_and_is_offered_nothing(office: Any) -> None:
    rows = office.lab_coordinator.get(f"{API}/parameters").json["items"]

    assert rows
    assert [row["actions"] for row in rows] == [[]] * len(rows)


def test_an_order_keeps_the_limit_it_was_sent_with(office: Any) -> None:
    order = office.make("started")
    bod = parameter(office, "BOD")

    answer = do(office, bod, "edit", **edited(bod, limit_high="25", limit_text="maks 25", price_amount=99_000))

    assert answer.status_code == 200, answer.json
    seen = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"]
    assert {each["parameter"]: each["limit_text"] for each in seen}["BOD"] == "maks 30"
    assert office.order(order["id"])["totals"] == order["totals"]
    later = office.make("submitted")
    chosen = {each["parameter"]: each["limit_text"] for each in later["samples"][0]["parameters"]}
    assert chosen["BOD"] == "maks 25"


def test_an_edit_says_in_its_history_what_was_before(office: Any) -> None:
    bod = parameter(office, "BOD")
    do(office, bod, "edit", **edited(bod, limit_high="25", limit_text=""))

    rows = office.super_admin.get(f"{API}/parameters/{bod['id']}/history").json["items"]

    assert [row["transition"] for row in rows] == ["create", "edit"]
    assert rows[1]["changes"] == {"limit_high": ["30", "25"], "limit_text": ["maks 30", "maks 25"]}
    assert rows[1]["actor"]["name"] == "Admin Utama"


def test_a_limit_whose_print_differs_is_refused(office: Any) -> None:
    bod = parameter(office, "BOD")

    answer = do(office, bod, "edit", **edited(bod, limit_high="300"))

    assert answer.status_code == 422
    assert answer.json["errors"] == {"limit_text": ["Batas tertulis “maks 30” tidak sama dengan 300."]}


def test_a_stale_edit_changes_nothing(office: Any) -> None:
    bod = parameter(office, "BOD")
    do(office, bod, "block", note="alat rusak")

    answer = do(office, bod, "edit", version=bod["version"], **edited(bod, price_amount=1))

    assert answer.status_code == 412
    assert parameter(office, "BOD")["price_amount"] == bod["price_amount"]


def test_a_blocked_parameter_is_not_chosen_for_new_orders_and_stays_on_old_ones(office: Any) -> None:
    old, bod = office.make("started"), parameter(office, "BOD")
    assert do(office, bod, "block", note="").status_code == 422

    assert do(office, bod, "block", note="alat rusak").json["status"]["code"] == "blocked"

    order = office.customer.post(f"{API}/orders", json={"contact": "Rina"}).json
    form = {
        "sample_type": "Air",
        "code_location": "A",
        "standard_id": office.standard()["id"],
        "parameters": [bod["id"]],
    }
    answer = office.customer.post(f"{API}/orders/{order['id']}/samples", json=form)
    assert answer.status_code == 422
    assert "alat rusak" in answer.json["errors"]["parameters"][0]
    assert "BOD" in [each["parameter"] for each in office.order(old["id"])["samples"][0]["parameters"]]
    assert do(office, bod, "unblock").json["blocked_note"] == ""


def test_a_parameter_is_deleted_only_if_it_was_never_used(office: Any) -> None:
    office.draft(parameters=("BOD",))

    used = do(office, parameter(office, "BOD"), "delete")
    unused = do(office, parameter(office, "COD"), "delete")

    assert (used.status_code, used.json["detail"]) == (409, "Parameter ini pernah dipilih pada order; blokir saja.")
    assert unused.json["status"]["code"] == "deleted"
    assert "COD" not in [each["parameter"] for each in office.standard()["parameters"]]
    again = office.super_admin.post(
        f"{API}/parameters", json={**NEW, "name": "COD", "standard_id": office.standard()["id"]}
    )
    assert again.status_code == 201, again.json


def test_a_deleted_parameter_cannot_be_chosen(office: Any) -> None:
    cod = parameter(office, "COD")
    do(office, cod, "delete")
    order = office.customer.post(f"{API}/orders", json={"contact": "Rina"}).json
    form = {
        "sample_type": "Air",
        "code_location": "A",
        "standard_id": office.standard()["id"],
        "parameters": [cod["id"]],
    }

    assert office.customer.post(f"{API}/orders/{order['id']}/samples", json=form).status_code == 422


def test_a_name_stands_once_in_a_standard(office: Any) -> None:
    form = {**NEW, "standard_id": office.standard()["id"]}
    added = office.super_admin.post(f"{API}/parameters", json=form)
    twin = office.super_admin.post(f"{API}/parameters", json=form)

    assert added.json["limit_text"] == "maks 0,07"
    assert twin.json["errors"] == {"name": ["Parameter dengan nama ini sudah ada pada standar tersebut."]}


def test_a_new_edition_takes_over_on_its_day_and_old_orders_keep_theirs(office: Any) -> None:
    order = office.make("started")
    form = {"code": "P.11/2025", "title": "Air limbah", "edition": "2025", "valid_from": "2020-01-01"}
    answer = do(office, office.standard(), "renew", kind="standards", **form)

    assert answer.json["status"]["code"] == "superseded"
    assert answer.json["valid_to"] == "2019-12-31"
    codes = [each["code"] for each in office.customer.get(f"{API}/standards").json["items"]]
    assert "P.11/2025" in codes
    assert "P.68/2016" not in codes
    renewed = office.standard("P.11/2025")
    assert [each["parameter"] for each in renewed["parameters"]] == [
        each["parameter"] for each in office.standard()["parameters"]
    ]
    sample = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]
    assert sample["standard"]["name"].startswith("P.68/2016")


def test_an_edition_that_begins_later_leaves_the_old_one_until_then(office: Any) -> None:
    form = {"code": "P.99/2999", "title": "Air limbah", "edition": "2999", "valid_from": "2999-01-01"}
    do(office, office.standard(), "renew", kind="standards", **form)

    codes = [each["code"] for each in office.customer.get(f"{API}/standards").json["items"]]

    assert "P.68/2016" in codes
    assert "P.99/2999" not in codes
    assert office.make("submitted")["status"]["code"] == "submitted"


def test_a_draft_of_a_superseded_edition_is_not_sent(office: Any) -> None:
    order = office.draft()
    form = {"code": "P.11/2025", "title": "Air limbah", "edition": "2025", "valid_from": "2020-01-01"}
    do(office, office.standard(), "renew", kind="standards", **form)

    answer = office.customer.post(f"{API}/orders/{order['id']}/actions/submit", json={"agreed": True})

    assert answer.status_code == 409
    assert "sudah digantikan" in answer.json["detail"]


# sheets


def sheet(office: Any) -> Any:
    return load_workbook(io.BytesIO(office.super_admin.get(f"{API}/imports/sheet").data))


def bring(office: Any, book: Any) -> Any:
    content = io.BytesIO()
    book.save(content)
    return bring_bytes(office, content.getvalue())


def bring_bytes(office: Any, content: bytes) -> Any:
    return office.super_admin.post(
        f"{API}/imports", data={"file": (io.BytesIO(content), "katalog.xlsx")}, content_type="multipart/form-data"
    )


def cell(book: Any, name: str, heading: str, code: str = "P.68/2016") -> Any:
    rows = book["Parameter"]
    headings = {each.value: each.column for each in rows[1]}
    line = next(
        row[0].row
        for row in rows.iter_rows(min_row=2)
        if row[0].value == code and row[headings["Parameter"] - 1].value == name
    )
    return rows.cell(line, headings[heading])


def test_an_export_brought_in_again_changes_nothing(office: Any) -> None:
    bod = parameter(office, "BOD")
    do(office, bod, "block", note="alat rusak")

    answer = bring(office, sheet(office))

    assert answer.status_code == 201, answer.json
    assert answer.json["change_count"] == 0
    assert "apply" not in [action["name"] for action in answer.json["actions"]]


def test_a_sheet_is_compared_first_and_applied_whole(office: Any) -> None:
    book = sheet(office)
    cell(book, "BOD", "Batas atas").value = 25
    cell(book, "BOD", "Batas tertulis").value = "maks 25"
    cell(book, "COD", "Diblokir").value = "reagen habis"
    added = {
        **{each.value: cell(book, "pH", each.value).value for each in book["Parameter"][1]},
        "Parameter": "pH lapangan",
        "Urutan": 9,
    }
    book["Parameter"].append(list(added.values()))

    proposal = bring(office, book).json

    assert proposal["counts"] == {"changed": 1, "blocked": 1, "added": 1}
    assert parameter(office, "BOD")["limit_text"] == "maks 30"
    [bod] = [change for change in proposal["changes"] if change["kind"] == "changed"]
    assert {field["label"]: (field["before"], field["after"]) for field in bod["fields"]} == {
        "Batas atas": ("30", "25"),
        "Batas tertulis": ("maks 30", "maks 25"),
    }
    [new] = [change for change in proposal["changes"] if change["kind"] == "added"]
    said = {field["label"]: field["after_text"] for field in new["fields"]}
    assert (said["Satuan"], said["Harga"], said["Terakreditasi"]) == ("–", "Rp 20.000", "ya")
    assert "Parameter" not in said
    applied = do(office, proposal, "apply", kind="imports", version=proposal["version"])
    assert applied.json["status"]["code"] == "applied", applied.json
    assert parameter(office, "BOD")["limit_high"] == "25"
    assert parameter(office, "COD")["status"]["code"] == "blocked"
    assert parameter(office, "pH lapangan")["limit_text"] == "6 – 9"
    history = office.super_admin.get(f"{API}/parameters/{parameter(office, 'BOD')['id']}/history").json["items"]
    assert history[-1]["note"] == "Impor katalog.xlsx"
    assert history[-1]["changes"]["limit_text"] == ["maks 30", "maks 25"]
    assert do(office, proposal, "apply", kind="imports").status_code == 409


def test_a_difference_is_told_as_it_is_read_on_pages(office: Any) -> None:
    book = sheet(office)
    cell(book, "BOD", "Harga").value = 1_250_000
    cell(book, "BOD", "Batas atas").value = "27,5"
    cell(book, "BOD", "Batas tertulis").value = None
    cell(book, "BOD", "Terakreditasi").value = "tidak"
    rows = book["Standar"]
    code, until = (next(each.column for each in rows[1] if each.value == name) for name in ("Kode", "Berlaku sampai"))
    line = next(row[0].row for row in rows.iter_rows(min_row=2) if row[code - 1].value == "SNI 3553:2015")
    rows.cell(line, until).value = "2030-12-31"

    changes = bring(office, book).json["changes"]

    said = {field["name"]: (field["before_text"], field["after_text"]) for each in changes for field in each["fields"]}
    assert said["valid_to"] == ("", "31-12-2030")
    assert said["price_amount"][1] == "Rp 1.250.000"
    assert said["limit_high"] == ("30", "27,5")
    assert said["is_accredited"] == ("ya", "tidak")


def test_a_sheet_that_is_sent_twice_is_kept_once(office: Any) -> None:
    book, content = sheet(office), io.BytesIO()
    cell(book, "BOD", "Harga").value = 12_345
    book.save(content)

    def send(key: str, name: str = "katalog.xlsx") -> Any:
        form = {"file": (io.BytesIO(content.getvalue()), name)}
        headers = {"Idempotency-Key": key}
        return office.super_admin.post(f"{API}/imports", data=form, headers=headers, content_type="multipart/form-data")

    answers = [send("satu"), send("satu"), send("dua")]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json["id"] == answers[1].json["id"] != answers[2].json["id"]
    assert office.super_admin.get(f"{API}/imports").json["count"] == 2
    assert send("satu", "lain.xlsx").status_code == 422


def test_what_changed_meanwhile_is_not_overwritten(office: Any) -> None:
    book, bod = sheet(office), parameter(office, "BOD")
    cell(book, "BOD", "Harga").value = 1
    proposal = bring(office, book).json
    do(office, bod, "edit", **edited(bod, price_amount=5))

    answer = do(office, proposal, "apply", kind="imports")

    assert answer.status_code == 409
    assert "Katalog berubah" in answer.json["detail"]
    assert parameter(office, "BOD")["price_amount"] == 5


FAULTS = [
    ("Satuan", "mg/Lt", "satuan “mg/Lt” tidak dikenal"),
    ("Satuan", "=A1", "berisi rumus; tulis nilainya"),
    ("Satuan", None, "wajib diisi"),
    ("Batas atas", "tiga puluh", "Harus berupa angka"),
    ("Batas atas", "1.500", "1.500 dapat berarti dua angka; tulis 1500 atau 1,500"),
    ("Batas atas", 25, "Batas tertulis “maks 30” tidak sama dengan 25"),
    ("Jenis batas", "kira-kira", "harus salah satu dari maks, min, rentang, kata, TTD, tanpa"),
    ("Kode standar", "P.1/1900", "standar “P.1/1900” tidak dikenal"),
    ("Harga", -1, "harus antara 0 dan 999999999"),
    ("Harga", 10.5, "harus bilangan bulat"),
    ("Terakreditasi", "mungkin", "harus salah satu dari ya, tidak"),
    ("Parameter", "COD", "“COD” sudah ada pada baris"),
    ("Metode", "x" * 161, "paling banyak 160 huruf"),
    ("Metode", "#REF!", "berisi kesalahan rumus"),
]


@pytest.mark.parametrize(("heading", "value", "reason"), FAULTS)
def test_a_fault_is_told_with_row_and_column_and_nothing_changes(
    office: Any, heading: str, value: Any, reason: str
) -> None:
    book = sheet(office)
    faulty = cell(book, "BOD", heading)
    faulty.value = value

    answer = bring(office, book)

    assert answer.status_code == 422
    told = " ".join(answer.json["errors"]["file"])
    assert reason in told
    assert "Lembar Parameter, baris" in told
    assert office.super_admin.get(f"{API}/imports").json["items"] == []


@pytest.mark.parametrize("content", [b"", b"bukan excel", b"PK\x03\x04rusak"])
def test_what_is_no_workbook_is_refused_in_words(office: Any, content: bytes) -> None:
    answer = bring_bytes(office, content)

    assert answer.status_code == 422
    assert "Excel" in answer.json["errors"]["file"][0]


def test_a_workbook_without_our_sheets_or_columns_is_refused(office: Any) -> None:
    empty = Workbook()
    half = sheet(office)
    half["Parameter"].cell(1, 4).value = "Unit"

    answers = [bring(office, book).json["errors"]["file"] for book in (empty, half)]

    assert answers[0] == ["Lembar Standar tidak ada. Unduh katalog, ubah, lalu unggah kembali."]
    assert answers[1] == ["Lembar Parameter: kolom Satuan tidak ada."]


def test_too_many_rows_are_refused_before_they_are_all_read(office: Any) -> None:
    book = sheet(office)
    row = [each.value for each in book["Parameter"][2]]
    for n in range(10_001):
        book["Parameter"].append([*row[:2], f"Parameter {n}", *row[3:]])

    answer = bring(office, book)

    assert "lebih dari 10000 baris" in answer.json["errors"]["file"][0]


@pytest.mark.slow
def test_ten_thousand_rows_are_compared(office: Any) -> None:
    book = sheet(office)
    row = [each.value for each in book["Parameter"][2]]
    for n in range(9_800):
        book["Parameter"].append([*row[:2], f"Parameter {n}", *row[3:]])

    answer = bring(office, book)

    assert "paling banyak 500 sekali impor" in answer.json["errors"]["file"][0]


def test_rows_of_an_old_edition_are_not_changed_by_a_sheet(office: Any) -> None:
    book = sheet(office)
    cell(book, "BOD", "Harga").value = 1
    form = {"code": "P.11/2025", "title": "Air limbah", "edition": "2025", "valid_from": "2020-01-01"}
    do(office, office.standard(), "renew", kind="standards", **form)

    told = " ".join(bring(office, book).json["errors"]["file"])

    assert "edisi ini sudah digantikan" in told


def test_the_first_catalogue_comes_to_an_office_that_had_fewer_units(app: Flask) -> None:
    with app.app_context(), atomic():
        for parameter in db.session.scalars(sa.select(Parameter).where(Parameter.unit != "mg/L")):
            db.session.delete(parameter)
        db.session.flush()
        for standard in db.session.scalars(sa.select(Standard).where(~Standard.parameters.any())):
            db.session.delete(standard)

    with app.app_context(), atomic():
        load_catalogue()

    with app.app_context():
        assert "koloni/g" in set(db.session.scalars(sa.select(Parameter.unit)))
