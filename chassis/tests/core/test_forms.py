"""Forms: what is asked is what is read, and nothing else gets in."""

from __future__ import annotations

import json
import math
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.db import dumps
from chassis.problems import BadForm
from chassis.workflow import forms

KEY = "0199d000-0000-7000-8000-00000000000a"
WIB = timezone(timedelta(hours=7))
NAN, ENDLESS = math.nan, math.inf
COLOURS = (("red", "Merah"), ("blue", "Biru"))
ROWS = (forms.text("label", "Label", required=True), forms.integer("count", "Jumlah", min=1))


def asked(kind: str, **more: Any) -> forms.Field:
    extra = {"choice": {"options": COLOURS}, "list": {"fields": ROWS}}.get(kind, {})
    return forms.Field(name="answer", label="Jawaban", kind=kind, **{**extra, **more})


def said(field: forms.Field, value: Any, thing: Any = None) -> Any:
    return forms.read((field,), {"answer": value}, thing)["answer"]


def refusal(field: forms.Field, value: Any, thing: Any = None) -> dict[str, list[str]]:
    with pytest.raises(BadForm) as caught:
        said(field, value, thing)
    return caught.value.errors


GOOD = [
    ("text", "  Air minum ", "Air minum"),
    ("text", "", ""),
    ("text", None, None),
    ("text", "x" * 300, "x" * 300),
    ("longtext", "satu\n\ndua", "satu\n\ndua"),
    ("longtext", "x" * 4_000, "x" * 4_000),
    ("integer", 7, 7),
    ("integer", -(2**31) + 1, -(2**31) + 1),
    ("money", 10**13, 10**13),
    ("money", 0, 0),
    ("decimal", "0.10", Decimal("0.10")),
    ("decimal", 1.5, Decimal("1.5")),
    ("decimal", "-0.000001", Decimal("-0.000001")),
    ("date", "2026-02-28", date(2026, 2, 28)),
    ("datetime", "2026-02-28T10:00:00Z", datetime(2026, 2, 28, 17, tzinfo=WIB)),
    ("datetime", "2026-02-28T10:00:00", datetime(2026, 2, 28, 10, tzinfo=WIB)),
    ("boolean", True, True),
    ("boolean", "false", False),
    ("choice", "red", "red"),
    ("choice", "", ""),
    ("file", KEY, uuid.UUID(KEY)),
    ("list", [{"label": "A", "count": 1}], [{"label": "A", "count": 1}]),
    ("list", [], []),
]
BAD = [
    *[(kind, value) for kind in ("text", "longtext", "choice") for value in (1, True, [], {}, ["a"])],
    ("text", "x" * 301),
    ("text", "nol\x00nol"),
    ("text", "\ud800"),
    ("longtext", "x" * 4_001),
    *[
        ("integer", value)
        for value in ("7", 1.5, "1.5", "satu", "", [], {}, 2**31, -(2**31), NAN, ENDLESS, "9" * 5_000)
    ],
    *[("money", value) for value in (-1, 10**13 + 1, 0.5, "Rp 5", "1e3")],
    *[
        ("decimal", value)
        for value in ("NaN", "sNaN", "Infinity", "-inf", NAN, ENDLESS, "1e13", "-1e999999", "1,5", "", [], {}, True)
    ],
    *[("decimal", value) for value in ("1e-999999", "1E-999999999999", "0." + "1" * 60)],
    *[
        ("date", value)
        for value in ("2026-02-29", "28-02-2026", "2026-13-01", "0001-01-01", "9999-12-31", "besok", 20260228, [], "")
    ],
    *[
        ("datetime", value)
        for value in ("2026-02-28T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "kini", 1, [])
    ],
    *[("boolean", value) for value in ("mungkin", 2, [], {}, "")],
    *[("choice", value) for value in ("green", "Merah", "red ,blue")],
    *[("file", value) for value in ("x", 1, [], {}, "", KEY[:-1], "../" + KEY)],
    *[
        ("list", value)
        for value in ("x", {}, 1, [1], ["a"], [None], [{}], [{"label": "A", "count": 0}], [{"label": "A", "more": 1}])
    ],
    ("list", [{"label": "A"}] * 501),
]


@pytest.mark.parametrize(("kind", "value", "read"), GOOD)
def test_a_good_answer_is_read_as_its_kind(kind: str, value: Any, read: Any) -> None:
    found = said(asked(kind), value)

    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_bad_answer_is_refused_beside_its_field(kind: str, value: Any) -> None:
    errors = refusal(asked(kind), value)

    assert errors
    assert all(name.split(".")[0] == "answer" and messages for name, messages in errors.items())


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in GOOD}))
def test_a_required_field_is_not_left_out_nor_empty(kind: str) -> None:
    field = asked(kind, required=True)

    with pytest.raises(BadForm) as caught:
        forms.read((field,), {})
    assert caught.value.errors == {"answer": ["Wajib diisi."]}
    assert refusal(field, None)
    for nothing in {"text": "  ", "longtext": "\n", "choice": "", "list": []}.get(kind, ""):
        assert refusal(field, nothing)


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in GOOD}))
def test_a_field_left_out_is_there_with_nothing_in_it(kind: str) -> None:
    found = forms.read((asked(kind),), {})

    assert list(found) == ["answer"]
    assert found["answer"] in ("", None, [], False)


@pytest.mark.parametrize("given", [None, [], "x", 1, [{"answer": 1}]])
def test_what_is_no_object_is_no_form(given: Any) -> None:
    with pytest.raises(BadForm):
        forms.read((asked("text"),), given)


@pytest.mark.parametrize("name", ["other", "status", "__class__", "answer.x", "", "_schema", "answer "])
def test_a_field_nobody_asked_for_is_refused(name: str) -> None:
    with pytest.raises(BadForm) as caught:
        forms.read((asked("text"),), {"answer": "a", name: "x"})
    assert ["Isian tidak dikenal."] in caught.value.errors.values()


def test_errors_of_rows_name_the_row_and_its_field() -> None:
    errors = refusal(asked("list"), [{"label": "A"}, {"label": " ", "count": 0}, {"count": 1, "colour": "red"}])

    assert set(errors) == {"answer.1.label", "answer.1.count", "answer.2.label", "answer.2.colour"}


def test_limits_of_a_field_hold_at_both_ends() -> None:
    whole, part, length = (
        asked("integer", min=2, max=4),
        asked("decimal", min=Decimal("0.5"), max=2),
        asked("text", min=2, max=4),
    )

    assert [said(whole, n) for n in (2, 4)] == [2, 4]
    assert [said(part, n) for n in ("0.5", "2")] == [Decimal("0.5"), Decimal(2)]
    assert [said(length, word) for word in ("ab", "abcd", " abcd ", "")] == ["ab", "abcd", "abcd", ""]
    for field, beyond in ((whole, (1, 5)), (part, ("0.49", "2.01")), (length, ("a", "abcde", " a "))):
        for value in beyond:
            assert refusal(field, value)


@pytest.mark.parametrize("pattern", ["[0-9]{3}", "^[0-9]{3}$", "a|[0-9]{3}"])
def test_a_pattern_holds_for_the_whole_text(pattern: str) -> None:
    field = asked("text", pattern=pattern, hint="Tiga angka")

    assert said(field, "123") == "123"
    assert said(field, "") == ""
    for value in ("1234", "123x", "x123", "123\n4", "12"):
        assert refusal(field, value) == {"answer": ["Tiga angka"]}


def test_a_box_that_has_to_be_ticked_has_to_be_ticked() -> None:
    assert said(asked("boolean", accept=True, required=True), True) is True
    assert refusal(asked("boolean", accept=True, required=True), False) == {"answer": ["Harus disetujui."]}


def test_choices_may_depend_on_the_thing() -> None:
    field = asked("choice", options=lambda thing: [(colour, colour) for colour in thing.colours], required=True)
    thing = SimpleNamespace(colours=["green"])

    assert said(field, "green", thing) == "green"
    assert refusal(field, "red", thing)
    assert field.describe(thing)["options"] == [{"value": "green", "label": "green"}]


def test_a_form_without_fields_takes_nothing() -> None:
    assert forms.read((), {}) == {}
    with pytest.raises(BadForm):
        forms.read((), {"answer": 1})


def test_a_field_is_described_as_clients_expect_it() -> None:
    field = asked("decimal", required=True, min=Decimal("0.5"), max=10, hint="liter")
    thing = SimpleNamespace(id=KEY, due=3)

    shown = {
        "name": "answer",
        "label": "Jawaban",
        "kind": "decimal",
        "required": True,
        "min": 0.5,
        "max": 10,
        "hint": "liter",
    }
    assert field.describe() == shown
    rows = asked("list").describe()["fields"]
    assert [(row["name"], row["kind"], row["required"]) for row in rows] == [
        ("label", "text", True),
        ("count", "integer", False),
    ]
    asking = asked("choice", options=(), options_href="/api/v1/library/loans/{id}/shelves")
    assert asking.describe(thing)["options_href"] == f"/api/v1/library/loans/{KEY}/shelves"
    assert asked("integer", initial=lambda thing: thing.due).describe(thing)["value"] == 3


HOSTILE = [
    '=HYPERLINK("http://contoh.test")',
    "<script>alert(1)</script>",
    "'; DROP TABLE loans; --",
    "{{ 7 * 7 }} {n.__class__} %s ${x}",
    "\u202eteks terbalik\u202c",
    "e\u0301 \u200b\ufeff",
    "𠜎 🧪 ﷽",
    "\x1b[31m\x07",
    "\ufffe\uffff",
    "a" * 300,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    assert said(asked("text"), text) == text.strip()


KINDS = st.sampled_from(sorted({kind for kind, *_ in GOOD}))
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=30)
    | st.datetimes().map(str),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["label", "count", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(kind=KINDS, value=ANYTHING, required=st.booleans())
def test_whatever_is_sent_is_read_or_refused_and_what_is_read_can_be_kept(
    kind: str, value: Any, required: bool
) -> None:
    field = asked(kind, required=required)
    try:
        found = said(field, value)
    except BadForm:
        return
    assert len(json.loads(dumps({"found": found}))) == 1
