"""What a person types becomes JSON, or a sentence beside the field."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from gateway import forms, refusals
from gateway.forms import Field

ROLES = Field(
    "roles", "Tugas", "list", fields=(Field("role", "Tugas", "choice", options=({"value": "a", "label": "A"},)),)
)


def read(each: Field, **posted: Any) -> forms.Reading:
    return forms.read(
        [each], MultiDict({name.replace("__", "-"): value for name, value in posted.items()}), MultiDict()
    )


@pytest.mark.parametrize(
    ("kind", "typed", "sent"),
    [
        ("text", "  halo ", "halo"),
        ("integer", "1.200", 1200),
        ("money", "Rp 1.500.000", 1_500_000),
        ("money", "150000,00", 150_000),
        ("decimal", "1.234,50", "1234.50"),
        ("decimal", "6.8", "6.8"),
        ("date", "2026-08-17", "2026-08-17"),
        ("date", "17-08-2026", "2026-08-17"),
        ("datetime", "2026-08-17T14:30", "2026-08-17T14:30:00+07:00"),
        ("boolean", "true", True),
        ("choice", "a", "a"),
    ],
)
def test_each_kind_is_read_as_its_service_wants_it(kind: str, typed: str, sent: Any) -> None:
    options = ({"value": "a", "label": "A"},) if kind == "choice" else ()

    reading = read(Field("x", "Isian", kind, options=options), x=typed)

    assert reading.errors == {}
    assert reading.payload == {"x": sent}


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("integer", "1,5"), ("money", "seribu"), ("decimal", "NaN"), ("date", "31-02-2026"), ("datetime", "x")],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_kept(kind: str, typed: str) -> None:
    reading = read(Field("x", "Isian", kind), x=typed)

    assert len(reading.errors["x"]) == 1
    assert reading.typed["x"] == typed


@pytest.mark.parametrize(
    "kind", ["text", "longtext", "integer", "decimal", "money", "date", "datetime", "choice", "file", "list"]
)
def test_an_empty_required_field_is_missed_by_name(kind: str) -> None:
    assert "Isian." in read(Field("x", "Isian", kind, required=True)).errors["x"][0]


def test_a_box_that_must_be_ticked_differs_from_one_that_may_be() -> None:
    assert read(Field("x", "Setuju", "boolean", required=True)).payload == {"x": False}
    assert read(Field("x", "Setuju", "boolean", required=True, accept=True)).errors != {}


def test_rows_left_empty_are_no_rows() -> None:
    rows = Field("rows", "Baris", "list", fields=(Field("item", "Butir", required=True), Field("note", "Catatan")))

    reading = read(rows, rows__rows="3", rows__0__item="Wadah", rows__2__note="retak")

    assert reading.payload["rows"] == [{"item": "Wadah"}, {"note": "retak"}]
    assert reading.errors == {"rows.1.item": ["Baris 2: Isi Butir."]}


def test_a_list_of_one_choice_is_a_set_of_ticks() -> None:
    choice = Field(
        "id", "Sampel", "choice", required=True, options=({"value": "1", "label": "A"}, {"value": "2", "label": "B"})
    )
    ticks = Field("samples", "Sampel", "list", fields=(choice,))
    posted: MultiDict[str, str] = MultiDict([("samples", "1"), ("samples", "2")])

    assert forms.read([ticks], posted, MultiDict()).payload == {"samples": [{"id": "1"}, {"id": "2"}]}


def test_bounds_and_patterns_are_checked_before_anything_is_sent() -> None:
    assert read(Field("x", "Jumlah", "integer", min=1), x="0").errors["x"] == ["Jumlah paling sedikit 1."]
    code = Field("x", "Kode Billing", pattern="^[0-9]{15}$", hint="15 angka.")
    assert read(code, x="123").errors["x"] == ["15 angka."]


def test_messages_of_unknown_fields_are_not_lost() -> None:
    reading = forms.Reading()

    refusals.add_problem(
        reading,
        {"x": ["satu"], "tak_dikenal": ["dua"], "rows.0.item": ["tiga"], "roles.1.role": ["empat"]},
        [Field("x", "X"), Field("rows", "R", "list", fields=(Field("item", "I"), Field("note", "N"))), ROLES],
    )

    assert reading.errors == {"x": ["satu"], "": ["dua"], "rows.0.item": ["tiga"], "roles": ["empat"]}
