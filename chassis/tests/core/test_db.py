"""What the database keeps is what it was given, and a transaction is one."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.db import atomic, db, dumps, is_atomic, lock, new_id, url_of
from tests.core.engines import BOTH
from tests.core.library.models import Entry

ON_ONE_DATABASE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
SAVED = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | SAVED,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SAVED, inner, max_size=4),
    max_leaves=12,
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
FIRST, LAST = datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("2999-12-30")
MOMENTS = st.datetimes(FIRST, LAST, timezones=ZONES)


class Undo(Exception):
    """Leaves a transaction on purpose."""


def kept(**columns: Any) -> Entry:
    """What is read again of an entry written so."""
    db.session.rollback()
    key = new_id()
    with atomic():
        db.session.add(Entry(id=key, **columns))
    db.session.remove()
    found = db.session.get(Entry, key)
    assert found is not None
    return found


def seen_again(column: str, value: Any) -> Any:
    """What the database says of a value written there; nothing is left behind."""
    found: list[Any] = []
    with contextlib.suppress(Undo), atomic():
        db.session.add(entry := Entry(**{column: value}))
        db.session.flush()
        db.session.expire(entry)
        found.append(getattr(entry, column))
        raise Undo
    return found[0]


def words() -> list[str]:
    return sorted(db.session.scalars(sa.select(Entry.word)))


@BOTH
@ON_ONE_DATABASE
@given(moment=MOMENTS)
def test_a_moment_comes_back_as_the_same_moment_in_utc(context: Flask, moment: datetime) -> None:
    found = seen_again("at", moment)

    assert found == moment
    assert found.tzinfo is UTC


@BOTH
@ON_ONE_DATABASE
@given(amount=st.decimals(-(10**12), 10**12, places=9) | st.decimals(-(10**12), 10**12, places=0))
def test_a_decimal_comes_back_to_the_last_digit(context: Flask, amount: Decimal) -> None:
    found = seen_again("amount", amount)

    assert isinstance(found, Decimal)
    assert found == amount


@BOTH
@pytest.mark.parametrize("amount", ["0.10", "1.500", "100", "1E+5", "0.000001", "-7.00"])
def test_a_decimal_keeps_the_zeros_somebody_wrote(context: Flask, amount: str) -> None:
    assert format(seen_again("amount", Decimal(amount)), "f") == format(Decimal(amount), "f")


@BOTH
@ON_ONE_DATABASE
@given(document=JSON)
def test_a_json_document_comes_back_equal(context: Flask, document: Any) -> None:
    assert seen_again("document", document) == document


def test_json_text_has_one_form_whatever_the_order_of_the_keys() -> None:
    assert dumps({"b": 1, "a": [Decimal("1.50"), datetime(2026, 1, 1, tzinfo=UTC), uuid.UUID(int=0)], "c": {3, 1}}) == (
        '{"a":["1.50","2026-01-01T00:00:00+00:00","00000000-0000-0000-0000-000000000000"],"b":1,"c":[1,3]}'
    )
    with pytest.raises(TypeError):
        dumps(object())


@BOTH
def test_a_naive_moment_is_refused_and_nothing_is_written(context: Flask) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive datetime"), atomic():
        db.session.add(Entry(word="naive", at=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point

    assert words() == []


@BOTH
def test_a_transaction_commits_at_its_end(context: Flask) -> None:
    with atomic():
        assert is_atomic()
        db.session.add(Entry(word="kept"))
    assert not is_atomic()

    db.session.rollback()
    assert words() == ["kept"]


@BOTH
@pytest.mark.parametrize("leave", [Undo, KeyboardInterrupt, SystemExit])
def test_a_transaction_left_by_any_exception_never_was(context: Flask, leave: type[BaseException]) -> None:
    with pytest.raises(leave), atomic():
        db.session.add(Entry(word="gone"))
        db.session.flush()
        raise leave

    assert words() == []
    assert not is_atomic()


@BOTH
def test_an_inner_transaction_is_part_of_the_outer_one(context: Flask) -> None:
    @atomic
    def inner(word: str) -> None:
        db.session.add(Entry(word=word))

    with pytest.raises(Undo), atomic():
        inner("decorated")
        with atomic():
            db.session.add(Entry(word="nested"))
        assert is_atomic()
        raise Undo

    assert words() == []


@BOTH
def test_what_was_read_before_an_act_is_read_again_inside_it(app: Flask) -> None:
    with app.app_context():
        entry = kept(word="before")
        key = entry.id

        def rename() -> None:
            with app.app_context(), atomic():
                row = db.session.get(Entry, key)
                assert row is not None
                row.word = "after"

        other = threading.Thread(target=rename)
        other.start()
        other.join()
        with atomic():
            assert lock(entry).word == "after"


def test_a_lock_outside_a_transaction_is_a_mistake(context: Flask) -> None:
    with pytest.raises(AssertionError):
        lock(Entry())


@BOTH
def test_two_who_read_and_then_write_the_same_row_wait_for_each_other(app: Flask) -> None:
    with app.app_context():
        key = kept(number=0).id
    faults: list[BaseException] = []

    def raise_number() -> None:
        try:
            for _ in range(5):
                with app.app_context(), atomic():
                    row = db.session.get(Entry, key)
                    lock(row)
                    seen = row.number if row else 0
                    time.sleep(0.005)
                    assert row is not None
                    row.number = seen + 1
        except BaseException as fault:
            faults.append(fault)

    together(*[raise_number] * 4)

    assert faults == []
    with app.app_context():
        assert db.session.get(Entry, key).number == 20  # type: ignore[union-attr]


def test_on_sqlite_two_readers_that_become_writers_do_not_lock_each_other_out(app: Flask) -> None:
    barrier = threading.Barrier(2, timeout=5)
    faults: list[BaseException] = []

    def read_and_write() -> None:
        try:
            with app.app_context():
                words()
                barrier.wait()
                with atomic():
                    words()
                    time.sleep(0.05)
                    db.session.add(Entry(word="mine"))
        except BaseException as fault:
            faults.append(fault)

    together(read_and_write, read_and_write)

    assert faults == []
    with app.app_context():
        assert words() == ["mine", "mine"]


def test_on_sqlite_somebody_reads_while_another_writes(app: Flask) -> None:
    with app.app_context():
        kept(word="there")
        with atomic():
            db.session.add(Entry(word="coming"))
            db.session.flush()
            seen: list[list[str]] = []

            def look() -> None:
                with app.app_context():
                    seen.append(words())

            together(look)
            assert seen == [["there"]]


@BOTH
def test_ids_sort_by_the_time_they_were_made(context: Flask) -> None:
    ids = [new_id() for _ in range(200)]

    assert ids == sorted(ids)
    assert {key.version for key in ids} == {7}


def test_addresses_of_postgresql_name_the_driver() -> None:
    assert url_of("postgresql://u@h/d") == "postgresql+psycopg://u@h/d"
    assert url_of("sqlite:///x") == "sqlite:///x"


def test_a_document_is_kept_as_text_anybody_can_read(context: Flask) -> None:
    kept(document={"b": "é", "a": 1})
    text = db.session.scalar(sa.text("SELECT document FROM entries"))
    assert json.loads(str(text)) == {"a": 1, "b": "é"}


def together(*calls: Any) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
