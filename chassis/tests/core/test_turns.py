"""Threads that write to SQLite stand in line, and nobody is passed over."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest
import sqlalchemy as sa

from chassis import turns
from chassis.db import atomic, db


def test_the_turn_goes_to_whoever_has_waited_longest():
    line, order = turns.Line(), []
    line.enter(0)

    def wait(n: int) -> None:
        line.enter(20)
        order.append(n)
        line.leave()

    threads = []
    for n in range(5):
        threads.append(threading.Thread(target=wait, args=(n,)))
        threads[-1].start()
        while len(line._waiting) <= n:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join(20)

    assert order == [0, 1, 2, 3, 4]


def test_who_gives_up_does_not_hold_up_the_next():
    line = turns.Line()
    line.enter(0)

    assert not line.enter(0.01)
    line.leave()
    assert line.enter(0)


@pytest.mark.parametrize("ends", ["commit", "failure", "lost connection"])
def test_the_turn_is_passed_on_however_a_transaction_ends(app, ends):
    with app.app_context():
        with suppress(RuntimeError), atomic():
            db.session.execute(sa.text("SELECT 1"))
            line = turns._lines[db.engine.pool]
            assert not line.enter(0), "the transaction has the turn"
            if ends == "lost connection":
                db.session.connection().invalidate()
            if ends != "commit":
                raise RuntimeError(ends)

        assert line.enter(0)
        line.leave()
