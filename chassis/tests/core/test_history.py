"""A chain tells by itself what was done to it; `anchors` tell what was cut off its end."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import anchors, history
from chassis.auth import Principal
from chassis.db import atomic, db, new_id
from chassis.history import History
from tests.core.engines import BOTH

RINA = Principal(id="u1", name="Rina", roles=frozenset({"clerk"}), ip="10.0.0.9", request_id="r1")
LENGTH, TAMPERINGS = 12, 105
COLUMNS = [name for name in (*history.CHAINED, "previous_hash", "hash") if name != "root_id"]


@pytest.fixture
def chain(context: Flask) -> uuid.UUID:
    """A chain of twelve rows, beside another one."""
    roots = new_id(), new_id()
    with atomic():
        for number in range(LENGTH):
            for root in roots:
                history.record(
                    root,
                    "library.loan",
                    root,
                    f"t{number}",
                    RINA,
                    version=number,
                    note=f"catatan {number}",
                    form={"n": number},
                )
    return roots[0]


def changed(name: str, value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value + chance.choice((100, 200))
    if isinstance(value, uuid.UUID):
        return new_id()
    return value.replace(microsecond=(value.microsecond + 1) % 1_000_000) if name == "at" else f"{value or ''}x"


def change_a_column(rows: list[History], chance: random.Random) -> None:
    row, name = chance.choice(rows), chance.choice(COLUMNS)
    setattr(row, name, changed(name, getattr(row, name), chance))


def change_what_is_private(rows: list[History], chance: random.Random) -> None:
    row = chance.choice(rows)
    assert row.private is not None
    row.private = {**row.private, chance.choice(("note", "actor_name", "ip", "salt")): "lain"}


def rewrite_what_is_private_with_its_digest(rows: list[History], chance: random.Random) -> None:
    row = chance.choice(rows)
    row.private = {"note": "lain"}
    row.private_digest = history.hashlib.sha256(b'{"note":"lain"}').hexdigest()


def delete_one(rows: list[History], chance: random.Random) -> None:
    db.session.delete(chance.choice(rows[:-1]))


def delete_one_and_close_the_gap(rows: list[History], chance: random.Random) -> None:
    place = chance.randrange(len(rows) - 1)
    db.session.delete(rows[place])
    db.session.flush()
    for row in rows[place + 1 :]:
        row.seq -= 1
        db.session.flush()


def insert_one(rows: list[History], chance: random.Random) -> None:
    last = rows[-1]
    twin = {name: getattr(last, name) for name in (*history.CHAINED, "private", "previous_hash", "hash")}
    db.session.add(History(**{**twin, "id": new_id(), "seq": last.seq + 1, "previous_hash": last.hash}))


def exchange_two(rows: list[History], chance: random.Random) -> None:
    one, other = chance.sample(rows, 2)
    places = one.seq, other.seq
    one.seq = 1_000
    db.session.flush()
    other.seq = places[0]
    db.session.flush()
    one.seq = places[1]


TAMPERS: list[Callable[[list[History], random.Random], None]] = [
    change_a_column,
    change_what_is_private,
    rewrite_what_is_private_with_its_digest,
    delete_one,
    delete_one_and_close_the_gap,
    insert_one,
    exchange_two,
]


@BOTH
def test_a_chain_nobody_touched_is_whole(chain: uuid.UUID) -> None:
    assert history.verify(chain) == []
    assert [row.seq for row in history.of(chain)] == list(range(1, LENGTH + 1))
    assert len({row.hash for row in history.of(chain)}) == LENGTH


@BOTH
def test_every_tampering_is_found(chain: uuid.UUID) -> None:
    chance = random.Random(9)
    unnoticed = []
    for number in range(TAMPERINGS):
        tamper = TAMPERS[number % len(TAMPERS)]
        tamper(history.of(chain), chance)
        db.session.flush()
        db.session.expire_all()
        if not history.verify(chain):
            unnoticed.append((number, tamper.__name__))
        db.session.rollback()

    assert unnoticed == []
    assert history.verify(chain) == []


@BOTH
@pytest.mark.parametrize("length", [1, 5, LENGTH])
def test_a_tail_that_was_cut_differs_from_the_head_kept_elsewhere(chain: uuid.UUID, length: int) -> None:
    kept = anchors.heads()
    with atomic():
        db.session.execute(sa.delete(History).where(History.root_id == chain, History.seq > LENGTH - length))

    assert history.verify(chain) == []
    assert anchors.heads().get(str(chain)) != kept[str(chain)]
    assert {root for root, head in kept.items() if anchors.heads().get(root) != head} == {str(chain)}


@BOTH
def test_what_is_private_can_be_erased_and_the_chain_stays_whole(chain: uuid.UUID) -> None:
    with atomic():
        for row in history.of(chain)[2:5]:
            row.private = None

    db.session.expire_all()
    assert history.verify(chain) == []
    shown = history.present(history.of(chain)[3])
    assert (shown["note"], shown["changes"], shown["actor"]) == ("", {}, {"id": "u1", "name": "", "roles": ["clerk"]})


def test_the_same_private_words_leave_different_digests(chain: uuid.UUID) -> None:
    with atomic():
        rows = [history.record(chain, "library.loan", chain, "t", RINA, note="sama") for _ in range(3)]
    assert len({row.private_digest for row in rows}) == 3


def test_a_row_shows_names_only_to_those_who_may_read_them(chain: uuid.UUID) -> None:
    row = history.of(chain)[0]

    assert history.present(row)["actor"]["name"] == "Rina"
    assert history.present(row, names=False)["actor"]["name"] == ""
    assert history.present(row, names={"clerk"})["actor"]["name"] == ""
    assert history.present(row, names={"customer"})["actor"]["name"] == "Rina"
