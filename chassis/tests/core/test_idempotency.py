"""The same request sent twice is done once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import idempotency
from chassis.db import atomic, db, now
from tests.core.conftest import CUSTOMER
from tests.core.engines import BOTH, POSTGRESQL
from tests.core.library.models import Entry, Loan
from tests.core.library.routes import Gate

ENTRIES = "/api/v1/library/entries"


@pytest.fixture
def words(app: Flask) -> Callable[[], list[str]]:
    def look() -> list[str]:
        with app.app_context():
            return sorted(db.session.scalars(sa.select(Entry.word)))

    return look


@pytest.fixture
def gate() -> Iterator[type[Gate]]:
    Gate.shut()
    yield Gate
    Gate.opened.set()


def add(who: Any, word: str, key: str | None = "k1", path: str = ENTRIES) -> Any:
    return who.post(path, json={"word": word}, headers={"Idempotency-Key": key} if key is not None else {})


@BOTH
def test_the_first_answer_is_given_again_and_nothing_is_done_again(as_: Any, words: Any) -> None:
    first, second = add(as_("clerk"), "a"), add(as_("clerk"), "a")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.content_type == second.content_type
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert words() == ["a"]


def test_without_a_key_or_with_another_it_is_done_again(as_: Any, words: Any) -> None:
    for key in (None, None, "", "k1", "k2", "K1"):
        assert add(as_("clerk"), "a", key).status_code == 201
    assert words() == ["a"] * 6


@BOTH
def test_a_key_used_for_something_else_is_refused(as_: Any, words: Any) -> None:
    add(as_("clerk"), "a")

    for path, word in ((ENTRIES, "b"), (f"{ENTRIES}?x=1", "a")):
        answer = add(as_("clerk"), word, path=path)
        assert answer.status_code == 422
        assert "sudah dipakai" in answer.json["detail"]
    assert words() == ["a"]


def test_the_key_of_another_person_is_another_key(as_: Any, words: Any) -> None:
    assert [add(as_("clerk", id=name), name).status_code for name in ("u1", "u2")] == [201, 201]
    assert "Idempotent-Replayed" not in add(as_("clerk", id="u3"), "u1").headers
    assert words() == ["u1", "u1", "u2"]


@BOTH
def test_a_stranger_who_guesses_a_key_reads_nothing_and_hinders_nobody(app: Flask, as_: Any, words: Any) -> None:
    first = add(app.test_client(), "a")

    other = add(app.test_client(), "b")
    signed_in = add(as_("clerk"), "a")
    again = add(app.test_client(), "a")

    assert [answer.status_code for answer in (first, other, signed_in, again)] == [201] * 4
    assert not any("Idempotent-Replayed" in answer.headers for answer in (first, other, signed_in))
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert words() == ["a", "a", "b"]


@BOTH
def test_an_act_that_failed_is_not_remembered(app: Flask, as_: Any, words: Any) -> None:
    for word, status in (("crash", 500), ("busy", 503)):
        assert [add(as_("clerk"), word, word).status_code for _ in range(2)] == [status, status]
        assert "Idempotent-Replayed" not in add(as_("clerk"), word, word).headers
    assert add(as_("clerk"), "other", "crash").status_code == 201
    assert "crash" not in words()


def test_a_refused_act_may_be_sent_again_with_the_same_key(app: Flask, as_: Any, context: Any, loan: Any) -> None:
    made: Loan = loan(titles=())
    who, path = as_("customer", customer_id=CUSTOMER), f"/api/v1/library/loans/{made.id}/actions/ask"
    headers = {"Idempotency-Key": "k1"}

    refused = who.post(path, json={"agreed": True}, headers=headers)
    with atomic():
        from tests.core.library.models import Copy

        db.session.add(Copy(status="out", title="Hujan", loan_id=made.id))
    accepted = who.post(path, json={"agreed": True}, headers=headers)
    again = who.post(path, json={"agreed": True}, headers=headers)

    assert [answer.status_code for answer in (refused, accepted, again)] == [409, 200, 200]
    assert again.data == accepted.data


def test_a_key_of_unreasonable_length_is_refused(as_: Any, words: Any) -> None:
    assert add(as_("clerk"), "a", "k" * 201).status_code == 422
    assert add(as_("clerk"), "a", "k" * 200).status_code == 201
    assert words() == ["a"]


def test_neither_words_nor_keys_of_the_body_are_kept_in_the_fingerprint(app: Flask, as_: Any) -> None:
    add(as_("clerk"), "rahasia")
    with app.app_context():
        kept = db.session.scalars(sa.select(idempotency.Remembered)).one()
        assert len(kept.fingerprint) == 64
        assert "rahasia" not in f"{kept.fingerprint}{kept.headers}{kept.body}"


@POSTGRESQL
def test_while_the_first_is_under_way_the_second_is_told_so(as_: Any, gate: type[Gate], words: Any) -> None:
    answers: list[Any] = []
    first = threading.Thread(target=lambda: answers.append(add(as_("clerk"), "wait")))
    first.start()
    assert gate.entered.wait(20)

    second = add(as_("clerk"), "wait")
    stranger = add(as_("clerk", id="u9"), "a")
    gate.opened.set()
    first.join()
    third = add(as_("clerk"), "wait")

    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert (answers[0].status_code, stranger.status_code, third.status_code) == (201, 201, 201)
    assert third.data == answers[0].data
    assert words() == ["a", "wait"]


@BOTH
def test_of_many_at_once_one_is_done(as_: Any, words: Any) -> None:
    barrier, answers = threading.Barrier(5), []

    def call() -> None:
        barrier.wait()
        answers.append(add(as_("clerk"), "a"))

    threads = [threading.Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert words() == ["a"]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1


def killed_at(place: str, app: Flask, call: Callable[[], Any]) -> int:
    """How a process ends that makes this call."""
    pid = os.fork()
    if not pid:
        try:
            os.environ["KILL_POINT"] = place
            with app.app_context():
                db.engine.dispose(close=False)
            call()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@BOTH
def test_a_process_killed_before_its_commit_has_done_nothing_and_after_it_the_answer_waits(
    app: Flask, as_: Any, words: Any
) -> None:
    assert killed_at("web.before_commit", app, lambda: add(as_("clerk"), "early", "k1")) == 137
    assert words() == []
    assert killed_at("web.before_answer", app, lambda: add(as_("clerk"), "late", "k2")) == 137
    assert words() == ["late"]

    first, second = add(as_("clerk"), "early", "k1"), add(as_("clerk"), "late", "k2")

    assert (first.status_code, second.status_code) == (201, 201)
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert words() == ["early", "late"]


def test_what_is_old_is_forgotten(app: Flask, as_: Any) -> None:
    add(as_("clerk"), "a")
    with app.app_context(), atomic():
        assert idempotency.forget_before(now() - timedelta(hours=1)) == 0
        assert idempotency.forget_before(now() + timedelta(seconds=1)) == 1
    assert "Idempotent-Replayed" not in add(as_("clerk"), "a").headers
