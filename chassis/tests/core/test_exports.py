"""Whole lists as files: every row once, told once, and nobody reads another's."""

from __future__ import annotations

import io
import json
import os
import signal
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import sheets
from chassis.db import atomic, db, now
from chassis.exports import rules, tasks
from chassis.exports.models import Export, File, Piece
from chassis.testing import CONTRACTS, example, same_shape
from tests.core.engines import BOTH
from tests.core.library.models import Entry

API = "/api/v1/library"
MOMENT = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def entries(app: Flask) -> Callable[..., None]:
    def write(count: int, **columns: Any) -> None:
        with app.app_context(), atomic():
            given = {"at": MOMENT, **columns}
            db.session.add_all(Entry(**{"word": f"w{n:03d}", "number": n, **given}) for n in range(count))

    return write


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 5)
    monkeypatch.setattr(tasks, "PIECE_ROWS", 4)


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            tasks.work()

    return run


def ask(who: Any, format: str = "xlsx", **query: str) -> Any:
    return who.post(f"{API}/exports", json={"list": "entries", "format": format, "query": query})


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200, answer.json
    return list(openpyxl.load_workbook(io.BytesIO(answer.data))["Data"].iter_rows(values_only=True))[1:]


def told(published: Any) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = published(full=True, prefix="library.export.")
    return found


def test_a_short_list_is_a_link_and_leaves_nothing_behind(as_: Any, entries: Any, app: Flask) -> None:
    entries(3)
    clerk = as_("clerk")

    answer = ask(clerk, sort="-number", columns="kata")

    assert rows_of(clerk.get(answer.json["links"]["file"])) == [(1, "w002"), (2, "w001"), (3, "w000")]
    assert clerk.get(f"{API}/exports").json["items"] == []


@BOTH
@pytest.mark.usefixtures("small")
def test_a_long_list_is_worked_off_and_told_of_once(as_: Any, entries: Any, work: Any, published: Any) -> None:
    entries(11)
    clerk = as_("clerk")
    asked = ask(clerk, sort="number")

    assert (asked.status_code, asked.json["status"]["code"], asked.json["links"].get("file")) == (201, "waiting", None)
    work(), work()

    done = clerk.get(f"{API}/exports/{asked.json['id']}").json
    assert (done["status"]["code"], done["rows"]) == ("finished", 11)
    assert [row[:2] for row in rows_of(clerk.get(done["links"]["file"]))] == [(n + 1, f"w{n:03d}") for n in range(11)]
    [(kind, facts)] = told(published)
    assert kind == "library.export.closed"
    assert (facts["user_id"], facts["rows"], facts["status"]) == (clerk.person.id, 11, "finished")
    assert same_shape(facts, example("testing.export.closed")["data"]) == []


@pytest.mark.usefixtures("small")
def test_cells_keep_their_types_and_text_is_never_a_formula(as_: Any, entries: Any, work: Any) -> None:
    entries(6, word="=1+1", amount=Decimal("1.50"), day=date(2026, 3, 1))
    clerk = as_("clerk")
    asked = ask(clerk)
    work()

    answer = clerk.get(f"{API}/exports/{asked.json['id']}/file")

    place, word, number, day, moment, amount = rows_of(answer)[0][:6]
    assert (place, word, number, f"{day:%Y-%m-%d}", f"{moment:%d %H:%M}", amount) == (
        1,
        "=1+1",
        0,
        "2026-03-01",
        "17 10:00",
        1.5,
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["Data"]
    assert sheet["B2"].data_type == "s"


@pytest.mark.usefixtures("small")
def test_a_process_killed_in_the_middle_loses_no_row_and_doubles_none(
    as_: Any, entries: Any, work: Any, published: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries(11)
    clerk = as_("clerk")
    asked = ask(clerk, sort="number")

    for place in ("_keep", "_workbook"):
        _killed_at(app, place, after=1 if place == "_keep" else 0)
    work()

    found = rows_of(clerk.get(f"{API}/exports/{asked.json['id']}/file"))
    assert [row[:2] for row in found] == [(n + 1, f"w{n:03d}") for n in range(11)]
    assert len(told(published)) == 1


def _killed_at(app: Flask, place: str, *, after: int) -> None:
    """A process of its own works on exports until it comes to `place` once more than `after` times: there it is killed."""
    if (pid := os.fork()) == 0:
        left, real = [after], getattr(tasks, place)

        def die(*args: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args)

        setattr(tasks, place, die)
        with app.app_context():
            db.engine.dispose(close=False)
            tasks.work()
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


@BOTH
@pytest.mark.usefixtures("small")
def test_two_processes_at_one_piece_keep_it_once(as_: Any, entries: Any, work: Any, app: Flask) -> None:
    entries(9)
    asked = ask(as_("clerk"))
    with app.app_context():
        export = db.session.get_one(Export, uuid.UUID(asked.json["id"]))
        piece = [Piece(export_id=export.id, n=0, rows=[["a"]]) for _ in range(2)]
        tasks._keep(piece[0], "x"), tasks._keep(piece[1], "x")

        assert db.session.scalars(sa.select(Export.rows)).one() == 1


@pytest.mark.usefixtures("small")
def test_only_who_asked_reads_it(as_: Any, entries: Any, work: Any) -> None:
    entries(9)
    asked = ask(as_("clerk"))
    work()
    stranger = as_("clerk", "head", "admin", id=str(uuid.uuid4()))

    paths = (f"{API}/exports/{asked.json['id']}", f"{API}/exports/{asked.json['id']}/file")

    assert [stranger.get(path).status_code for path in paths] == [404, 404]
    assert stranger.get(f"{API}/exports").json["items"] == []
    assert [as_("clerk").get(path).status_code for path in paths] == [200, 200]


@pytest.mark.usefixtures("small")
def test_after_a_week_it_is_gone(as_: Any, entries: Any, work: Any, app: Flask) -> None:
    entries(9)
    asked = ask(as_("clerk"))
    work()
    with app.app_context():
        with atomic():
            db.session.execute(sa.update(Export).values(expires_at=now() - timedelta(seconds=1)))

        assert as_("clerk").get(f"{API}/exports/{asked.json['id']}/file").status_code == 410
        tasks.drop_expired()
        assert [db.session.scalar(sa.select(sa.func.count()).select_from(kept)) for kept in (Export, File, Piece)] == [
            0
        ] * 3


@pytest.mark.usefixtures("small")
def test_what_cannot_be_made_is_given_up_and_told(
    as_: Any, entries: Any, work: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*rest: Any) -> bytes:
        raise OSError("no room")

    entries(9)
    asked = ask(as_("clerk"))
    monkeypatch.setattr(sheets, "write", broken)
    for _ in range(tasks.MOST_ATTEMPTS + 2):
        work()

    assert as_("clerk").get(f"{API}/exports/{asked.json['id']}").json["status"]["code"] == "failed"
    assert [facts["status"] for _, facts in told(published)] == ["failed"]


@pytest.mark.parametrize("format", ["xlsx", "pdf"])
def test_asked_twice_with_one_key_it_is_made_once(as_: Any, entries: Any, small: None, format: str) -> None:
    entries(9)
    wish = {"list": "entries", "format": format, "query": {}}

    first, second = (as_("clerk").post(f"{API}/exports", json=wish, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert len(as_("clerk").get(f"{API}/exports").json["items"]) == 1


@pytest.mark.usefixtures("small")
def test_nobody_fills_the_queue_alone(as_: Any, entries: Any) -> None:
    entries(9)

    assert [ask(as_("clerk")).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert ask(as_("clerk", id=str(uuid.uuid4()))).status_code == 201


def test_a_print_is_for_documents_only_and_says_the_filters(as_: Any, as_service: Any, entries: Any) -> None:
    entries(3)
    asked = ask(as_("clerk"), "pdf", q="w00", columns="kata,hari", **{"from": "2026-08-01"})
    path = f"/internal/exports/{asked.json['id']}/content"

    printed = as_service("svc-documents").get(path).json

    assert asked.json["status"]["code"] == "finished"
    assert asked.json["links"]["file"].startswith("/api/v1/documents/lists/")
    assert printed["columns"] == ["Kata", "Hari"]
    assert printed["words"] == ["Pencarian: w00", "Dari tanggal: 01-08-2026"]
    assert printed["rows"][0] == ["w000", {"on": "2026-01-01"}]
    assert printed.keys() == json.loads((CONTRACTS / "calls" / "lists.content.json").read_text()).keys()
    assert as_service("svc-catalogue").get(path).status_code == 403
    assert as_("clerk").get(path).status_code == 403


def test_all_rows_and_all_ids_of_a_filter_have_an_end(
    app: Flask, entries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chassis.exports import sources

    entries(7)
    monkeypatch.setattr(sources, "AT_ONCE", 6)
    monkeypatch.setattr(sources, "MOST_IDS", 5)
    client = app.test_client()

    assert client.get(f"{API}/entries?format=rows").status_code == 409
    assert len(client.get(f"{API}/entries?format=rows&q=w001").json["rows"]) == 1
    ids = client.get(f"{API}/entries?format=ids").json
    assert (len(set(ids["ids"])), ids["has_more"]) == (5, True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"list": "nothing"}, 404),
        ({"format": "docx"}, 422),
        ({"query": {"sort": "secret"}}, 422),
        ({"query": {"from": "yesterday"}}, 422),
        ({"query": {"q": "x" * 400}}, 422),
    ],
)
def test_a_wish_that_cannot_be_met_leaves_nothing_behind(as_: Any, changes: dict[str, Any], status: int) -> None:
    clerk = as_("clerk")

    answer = clerk.post(f"{API}/exports", json={"list": "entries", "format": "pdf", "query": {}, **changes})

    assert answer.status_code == status
    assert clerk.get(f"{API}/exports").json["items"] == []
