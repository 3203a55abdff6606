"""Lists: every row once however deep one pages, whatever one sorts, searches or sends."""

from __future__ import annotations

import base64
import io
import json
import random
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask

from chassis import lists
from chassis.db import atomic, db, new_id
from tests.core.engines import BOTH
from tests.core.library.models import Entry

LIST = "/api/v1/library/entries"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOMENT = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def entries(context: Flask) -> Callable[..., list[Entry]]:
    @atomic
    def write(*words: str, **columns: Any) -> list[Entry]:
        rows = [Entry(word=word, **{"at": MOMENT, **columns}) for word in words]
        db.session.add_all(rows)
        return rows

    return write


def ask(app: Flask, query: str = "", **headers: str) -> Any:
    return app.test_client().get(f"{LIST}?{query}", headers=headers)


def pages(app: Flask, query: str) -> list[str]:
    """The words on all pages, first to last."""
    found: list[str] = []
    cursor = ""
    for _ in range(200):
        page = ask(app, f"{query}&cursor={cursor}").json
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return found
    raise AssertionError("the pages never end")


@BOTH
@pytest.mark.parametrize("sort", ["number", "-number", "word", "-word", "day", "-day", "at", "-at"])
def test_every_row_is_on_exactly_one_page_also_among_equal_ones(app: Flask, entries: Any, sort: str) -> None:
    chance = random.Random(7)
    with atomic():
        for n in range(20):
            moment = datetime(2026, 1, chance.randint(1, 3), 5, 0, 0, 123_456, tzinfo=UTC)
            entries(f"w{n:02d}", number=n % 3, day=date(2026, 1, chance.randint(1, 3)), at=moment)

    whole = pages(app, f"sort={sort}&limit=200")

    assert sorted(whole) == [f"w{n:02d}" for n in range(20)]
    assert pages(app, f"sort={sort}&limit=3") == whole


@BOTH
@pytest.mark.parametrize("sort", ["number", "-number", "word", "-at"])
def test_the_page_before_is_the_one_that_was_left(app: Flask, entries: Any, sort: str) -> None:
    for n in range(11):
        entries(f"w{n:02d}", number=n % 3, at=datetime(2026, 1, 1 + n % 4, tzinfo=UTC))
    there, cursor = [], ""
    while cursor is not None:
        there.append(ask(app, f"sort={sort}&limit=4&cursor={cursor}").json)
        cursor = there[-1]["next"]

    back = [there[-1]]
    while back[-1]["previous"]:
        back.append(ask(app, f"sort={sort}&limit=4&cursor={quote(back[-1]['previous'])}").json)

    assert [page["items"] for page in back] == [page["items"] for page in reversed(there)]
    assert [page["start"] for page in there] == [1, 5, 9]
    assert [page["start"] for page in back] == [9, 5, 1]
    assert there[0]["previous"] is None
    assert all(page["next"] for page in back[1:])


@BOTH
def test_rows_are_in_order_and_backwards_in_the_opposite_one(app: Flask, entries: Any) -> None:
    entries("c", number=2), entries("a", number=1), entries("b", number=1)

    assert pages(app, "sort=number&limit=2")[2] == "c"
    assert pages(app, "sort=-number&limit=2") == pages(app, "sort=number&limit=2")[::-1]
    assert pages(app, "sort=word&limit=1") == ["a", "b", "c"]


@BOTH
def test_the_numbers_go_on_from_where_the_page_before_ended_whatever_came_in_front(app: Flask, entries: Any) -> None:
    entries(*(f"w{n}" for n in range(6)), number=1)
    first = ask(app, "limit=3").json
    entries("earlier", number=-1)
    second = ask(app, f"limit=3&cursor={first['next']}").json

    assert (first["start"], second["start"]) == (1, 4)
    assert ask(app, f"limit=6&cursor={quote(second['previous'])}").json["start"] == 1


@BOTH
def test_rows_that_come_or_go_between_two_pages_shift_nothing(app: Flask, entries: Any) -> None:
    rows = [row for n in range(6) for row in entries(f"w{n}", number=n)]
    first = ask(app, "limit=3").json
    with atomic():
        db.session.delete(rows[0])
    entries("earlier", number=-1)

    assert ask(app, f"limit=3&cursor={first['next']}").json["items"] == ["w3", "w4", "w5"]


@BOTH
def test_a_word_of_any_letters_can_end_a_page(app: Flask, entries: Any) -> None:
    words = ["", " ", "%", "\\", "'", '"', "é", "𠜎", "\u202e", "=1", "a" * 300, "{}"]
    entries(*words)

    assert sorted(pages(app, "sort=word&limit=1")) == sorted(words)


def cursor(*content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(content)).encode()).decode().rstrip("=")


KEY = str(uuid.UUID(int=1))
GARBAGE = [
    ("number", "x"),
    ("number", "é"),
    ("number", "===="),
    ("number", "%00"),
    ("number", "A" * 501),
    ("number", cursor()),
    ("number", cursor(1)),
    ("number", cursor(1, KEY, 1, 1)),
    ("number", cursor(1, KEY, "1")),
    ("number", cursor(1, KEY, -1)),
    ("number", cursor(1, KEY, True)),
    ("number", cursor(1, KEY, 2**53)),
    ("number", cursor(1, "x")),
    ("number", cursor(1, 1)),
    ("number", cursor(1, None)),
    ("number", cursor("1", KEY)),
    ("number", cursor(None, KEY)),
    ("number", cursor([1], KEY)),
    ("number", cursor(1.5, KEY)),
    ("number", cursor(True, KEY)),
    ("number", cursor(2**63, KEY)),
    ("number", cursor(-(2**70), KEY)),
    ("number", base64.urlsafe_b64encode(b'{"a":1,"b":2}').decode()),
    ("number", base64.urlsafe_b64encode(b"[" * 300).decode()),
    ("word", cursor(1, KEY)),
    ("word", cursor("nol\x00", KEY)),
    ("day", cursor("besok", KEY)),
    ("day", cursor(1, KEY)),
    ("at", cursor("2026-01-01T00:00:00", KEY)),
    ("at", cursor("0001-01-01T00:00:00+14:00", KEY)),
    ("at", cursor("9999-12-31T23:59:59-14:00", KEY)),
    ("at", cursor("kini", KEY)),
    ("at", cursor({}, KEY)),
]


@BOTH
def test_a_cursor_nobody_gave_out_is_refused(app: Flask) -> None:
    answers = {(sort, given): ask(app, f"sort={sort}&cursor={quote(given, safe='%')}") for sort, given in GARBAGE}

    assert {asked: answer.status_code for asked, answer in answers.items() if answer.status_code != 422} == {}
    assert all(answer.json["errors"] for answer in answers.values())


@pytest.mark.parametrize(
    "query",
    [
        "sort=status",
        "sort=--number",
        "sort=word;drop",
        "sort=%00",
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=1e3",
        "limit=99999999999999999999",
        "from=besok",
        "from=0001-01-01",
        "to=9999-12-31",
        "q=%00",
        "q=" + "a" * 101,
        "format=csv",
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(app: Flask, query: str) -> None:
    answer = ask(app, query)

    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json["errors"]


@BOTH
def test_the_count_goes_no_further_than_its_bound(app: Flask, entries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "COUNT_UP_TO", 5)
    assert (ask(app).json["count"], ask(app).json["count_is_exact"]) == (0, True)
    entries(*"abcde")
    assert (ask(app, "limit=2").json["count"], ask(app, "limit=2").json["count_is_exact"]) == (5, True)
    entries("f")
    assert (ask(app).json["count"], ask(app).json["count_is_exact"]) == (5, False)
    assert (ask(app, "q=f").json["count"], ask(app, "q=f").json["count_is_exact"]) == (1, True)


SEARCHES = [
    ("%", ["100%"]),
    ("_", ["a_b"]),
    ("\\", ["c\\d"]),
    ("a_b", ["a_b"]),
    ("'", ["it's"]),
    ("BUKU", ["Buku", "buku tulis"]),
    ("  buku  ", ["Buku", "buku tulis"]),
    ("uku t", ["buku tulis"]),
    ("%%", []),
    ("", ["100%", "Buku", "a_b", "axb", "buku tulis", "c\\d", "it's"]),
]


@BOTH
def test_search_means_the_letters_themselves(app: Flask, entries: Any) -> None:
    entries("100%", "a_b", "axb", "c\\d", "it's", "Buku", "buku tulis")
    assert [(text, sorted(ask(app, f"q={quote(text)}").json["items"])) for text, _ in SEARCHES] == SEARCHES


@BOTH
def test_days_begin_and_end_in_the_zone_of_the_office(app: Flask, entries: Any) -> None:
    """Pontianak is seven hours ahead of UTC: its 17 August is 16 August 17:00 to 17 August 17:00 UTC."""
    entries("before", at=datetime(2026, 8, 16, 16, 59, 59, 999_999, tzinfo=UTC))
    entries("first", at=datetime(2026, 8, 16, 17, 0, tzinfo=UTC))
    entries("last", at=datetime(2026, 8, 17, 16, 59, 59, 999_999, tzinfo=UTC))
    entries("after", at=datetime(2026, 8, 17, 17, 0, tzinfo=UTC))

    assert sorted(ask(app, "from=2026-08-17&to=2026-08-17").json["items"]) == ["first", "last"]
    assert sorted(ask(app, "from=2026-08-17").json["items"]) == ["after", "first", "last"]
    assert sorted(ask(app, "to=2026-08-17").json["items"]) == ["before", "first", "last"]
    assert ask(app, "from=2026-08-18&to=2026-08-17").json["items"] == []


def test_a_filter_narrows_and_an_empty_one_does_not(app: Flask, entries: Any) -> None:
    entries("a", number=1), entries("b", number=2)
    query = lists.ListArgs().load({})

    with app.app_context():
        from tests.core.library.routes import ENTRIES, sa

        assert [
            row.word for row in ENTRIES.page(ENTRIES.narrow(sa.select(Entry), {**query, "number": 2}), query)[0]
        ] == ["b"]
        assert len(ENTRIES.page(ENTRIES.narrow(sa.select(Entry), {**query, "number": ""}), query)[0]) == 2


@BOTH
@pytest.mark.parametrize("asking", [("format=xlsx", ""), ("", XLSX)])
def test_the_same_rows_as_a_sheet_have_typed_cells(app: Flask, entries: Any, asking: tuple[str, str]) -> None:
    row = entries("Buku", number=7, day=date(2026, 8, 17), amount=Decimal("1.25"))[0]
    key = str(row.id)

    answer = ask(app, asking[0], **({"Accept": asking[1]} if asking[1] else {}))

    assert answer.content_type == XLSX
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    heading, cells = list(sheet.iter_rows())
    assert [cell.value for cell in heading] == ["No", "Kata", "Angka", "Hari", "Waktu", "Jumlah", "Kode"]
    values = [cell.value for cell in cells]
    assert values == [1, "Buku", 7, datetime(2026, 8, 17), datetime(2026, 8, 17, 10, 0), 1.25, key]  # noqa: DTZ001
    assert [cell.data_type for cell in cells] == ["n", "s", "n", "d", "d", "n", "s"]


def test_a_sheet_holds_the_whole_filter_not_the_page(app: Flask, entries: Any) -> None:
    entries(*(f"x{n}" for n in range(30)), "y")

    answer = ask(app, "format=xlsx&q=x&limit=5")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["No", *range(1, 31)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "\ufffe\uffff=1", "\x1b[31m", "<x>&'\"", "é𠜎"]
)
def test_text_in_a_sheet_is_never_a_formula_nor_breaks_it(app: Flask, entries: Any, text: str) -> None:
    entries(text)

    answer = ask(app, "format=xlsx")

    cell = openpyxl.load_workbook(io.BytesIO(answer.data)).active["B2"]
    assert cell.data_type == "s"
    assert str(cell.value).replace("_x001B_", "") in text


def test_an_id_of_a_page_that_is_gone_still_leads_on(app: Flask, entries: Any) -> None:
    entries("a", number=1), entries("b", number=2)
    assert ask(app, f"cursor={cursor(1, str(new_id()))}").json["items"] == ["b"]
