"""Events change things once, in order, and one that cannot be handled stops nobody else."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.db import db, now
from chassis.events import DeadLetter, Inbox, Outbox, dead_letters, handling, inbox
from chassis.events.dead_letters import CannotResolve
from chassis.events.envelope import parse
from chassis.events.registry import registry
from tests.events.carriers import eventually, make_event
from tests.events.station import Effect
from tests.events.stations import Station, end


def test_an_event_delivered_three_times_has_one_effect(station: Station) -> None:
    event = make_event(number=7)

    for _ in range(3):
        station.store(event, event)
        station.work()

    assert station.effects == [("one", 7)]
    assert [row.type for row in station.rows(Outbox)] == ["station.order.noted"]


def test_effects_follow_the_order_of_each_key(station: Station) -> None:
    events = [make_event(key=f"key{number % 4}", number=number) for number in range(40)]

    station.store(*events)
    station.work()

    assert len(station.effects) == 40
    for key in range(4):
        assert [number for at, number in station.effects if at == f"key{key}"] == list(range(key, 40, 4))


def test_an_event_nobody_reacts_to_is_done_at_once(station: Station) -> None:
    station.store(make_event("shop.opening.announced"))

    assert [row.status for row in station.rows(Inbox)] == ["done"]
    assert station.work() == 0


def test_an_early_event_waits_without_an_effect_and_runs_when_its_time_has_come(station: Station) -> None:
    early = make_event(number=2, act="early")
    first = replace(make_event(number=1, word="first"), source="/svc-other")
    station.store(early)
    station.work()

    assert station.effects == []
    assert station.letters == []

    station.store(first)
    station.work()

    assert station.effects == [("one", 1), ("one", 2)]
    assert [row.attempts for row in station.rows(Inbox)] == [1, 1]


def test_an_early_event_holds_back_what_its_source_said_later_and_no_other_key(station: Station) -> None:
    station.store(make_event(number=1, act="early"), make_event(number=2), make_event(key="two", number=3))

    station.work()

    assert station.effects == [("two", 3)]


def test_events_arriving_in_reverse_are_still_all_handled(station: Station) -> None:
    first, second = make_event(number=1, word="first"), make_event(number=2, act="early")
    station.store(second)
    station.work()

    station.store(first)
    station.work()

    assert station.effects == [("one", 1), ("one", 2)]


def test_what_a_source_counts_goes_before_what_its_hosts_clocks_say(station: Station) -> None:
    an_hour = timedelta(hours=1)
    third = replace(make_event(number=3), sequence=10, time=now() - an_hour)
    second = replace(make_event(number=2), sequence=9, time=now() + an_hour)
    said_before_it_counted = make_event(number=1)
    elsewhere = replace(make_event(number=4), sequence=1, source="/svc-other", time=now() + 2 * an_hour)

    station.store(third, second, said_before_it_counted, elsewhere)
    station.work()

    assert [number for _, number in station.effects if number < 4] == [1, 2, 3]
    assert sorted(station.effects)[-1] == ("one", 4)


def test_a_number_travels_as_text_that_sorts_like_the_number(station: Station) -> None:
    small, large = (replace(make_event(), sequence=number) for number in (99, 100))

    assert [parse(event.to_json()) for event in (small, large)] == [small, large]
    assert small.to_dict()["sequence"] < large.to_dict()["sequence"]
    assert "sequence" not in make_event().to_dict()


def test_waits_grow_until_the_event_becomes_a_dead_letter(station: Station) -> None:
    station.store(make_event(number=1, act="fail"), make_event(number=2), make_event(key="two", number=3))
    waits = []
    for _ in range(10):
        station.work()
        head = station.rows(Inbox)[0]
        if head.status == "dead":
            break
        waits.append((head.next_attempt_at - now()).total_seconds())
        assert ("one", 2) not in station.effects
        station.hurry()

    assert waits == sorted(waits)
    assert len(waits) == 5
    [letter] = station.letters
    assert letter.attempts == 6
    assert letter.reason == "RuntimeError: something is broken"
    assert "in note" in letter.stack
    station.work()
    assert station.effects == [("two", 3), ("one", 2)]


@pytest.mark.parametrize("data", [{"act": "hopeless"}, {"number": "no number"}])
def test_what_can_never_succeed_becomes_a_dead_letter_at_once(station: Station, data: dict[str, object]) -> None:
    bad = make_event(number=1)
    station.store(replace(bad, data={**bad.data, **data}), make_event(number=2))

    station.work()

    assert station.effects == [("one", 2)]
    assert [(letter.event_id, letter.attempts) for letter in station.letters] == [(bad.id, 1)]


MALFORMED = [
    b"",
    b"{not json",
    b"\xff\xfe\x00",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"specversion": "1.0"}',
    make_event().to_json().replace(b'"1.0"', b'"0.3"'),
    make_event().to_json().replace(b'"shop.order.placed"', b"12"),
    make_event().to_json().replace(b'"partitionkey":"one"', b'"partitionkey":"' + b"x" * 101 + b'"'),
    make_event().to_json().replace(b'"partitionkey":"one"', b'"partitionkey":"\\u0000"'),
    make_event().to_json().replace(b'"partitionkey":"one"', b'"partitionkey":"\\ud800"'),
    make_event().to_json().replace(b'"time":"', b'"time":"yesterday'),
    *(
        make_event().to_json().replace(b'"time":"', b'"sequence":' + bad + b',"time":"')
        for bad in (b"7", b'""', b'"-7"', b'"seven"', b'"\\u0667"', b'"9999999999999999999"')
    ),
]


def test_malformed_messages_become_dead_letters_and_the_rest_is_handled(station: Station) -> None:
    good = [make_event(number=number) for number in range(len(MALFORMED))]
    mixed: list[object] = [one for pair in zip(MALFORMED, good, strict=True) for one in pair]

    station.store(*mixed)  # type: ignore[arg-type]
    station.store(*mixed)  # type: ignore[arg-type]
    station.work()

    assert [number for _, number in station.effects] == list(range(len(MALFORMED)))
    assert len(station.letters) == len(MALFORMED)
    assert all(letter.reason for letter in station.letters)


def test_data_that_no_text_column_takes_stops_nobody_else(station: Station) -> None:
    nul = make_event(number=1).to_json().replace(b'"number":1', b'"number":1,"word":"\\u0000"')
    lone = make_event(key="x", number=2).to_json().replace(b'"number":2', b'"number":2,"word":"\\ud800"')
    station.store(nul, lone, make_event(key="two", number=3))

    for _ in range(7):
        station.work()
        station.hurry()

    assert ("two", 3) in station.effects
    assert {row.status for row in station.rows(Inbox)} <= {"done", "dead"}


def test_a_dead_letter_is_replayed_by_somebody_for_a_reason_once(station: Station) -> None:
    station.store(make_event(number=1, act="hopeless"))
    station.work()
    [letter] = station.letters
    station.store(make_event(number=2, word="first"))
    station.work()

    with station.app.app_context():
        dead_letters.replay(letter.id, by="budi", why="what was missing is there")
        with pytest.raises(CannotResolve):
            dead_letters.discard(letter.id, by="budi", why="again")
    station.work()

    assert station.effects == [("one", 2), ("one", 1)]
    [letter] = station.letters
    assert (letter.resolution, letter.resolved_by, letter.resolved_why) == (
        "replayed",
        "budi",
        "what was missing is there",
    )


def test_a_discarded_letter_is_not_handled_and_leaves_the_list(station: Station) -> None:
    station.store(b"{not json", make_event(number=1, act="hopeless"))
    station.work()

    with station.app.app_context():
        for letter in dead_letters.list_open():
            dead_letters.discard(letter.id, by="budi", why="of no use")
        assert dead_letters.count_open() == 0
    assert station.work() == 0
    assert station.effects == []


def test_bytes_that_are_no_event_cannot_be_replayed(station: Station) -> None:
    station.store(b"{not json")
    [letter] = station.letters

    with station.app.app_context(), pytest.raises(CannotResolve):
        dead_letters.replay(letter.id, by="budi", why="hope")

    assert station.letters[0].resolution is None


def test_poison_among_many_stops_none_of_the_good(station: Station) -> None:
    good = [make_event(key=f"key{number % 20}", number=number) for number in range(200)]
    bad = [make_event(key=f"key{number}", number=-1, act="hopeless") for number in range(10)]
    mixed: list[object] = [*good, *bad, *(b"{%d" % number for number in range(10))]
    random.Random(1).shuffle(mixed)

    station.store(*mixed)  # type: ignore[arg-type]
    station.work()

    assert sorted(number for _, number in station.effects) == list(range(200))
    assert len(station.letters) == 20


def test_several_workers_handle_each_event_once_and_keep_the_order(station: Station) -> None:
    station.store(*(make_event(key=f"key{number % 5}", number=number) for number in range(100)))

    workers = [threading.Thread(target=station.work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    eventually(lambda: station.work() == 0)

    assert sorted(number for _, number in station.effects) == list(range(100))
    finished = sorted((row.done_at, row.seq) for row in station.rows(Inbox))
    numbers = {row.seq: json.loads(row.body)["data"]["number"] for row in station.rows(Inbox)}
    for key in range(5):
        order = [numbers[seq] for _, seq in finished if numbers[seq] % 5 == key]
        assert order == sorted(order)


def test_a_worker_killed_inside_a_handler_leaves_no_half_effect(station: Station) -> None:
    station.store(make_event(number=1))

    assert station.start("work", KILL_POINT="handler.before_commit").wait(20) == 137
    assert station.effects == []
    station.hurry()
    station.work()

    assert station.effects == [("one", 1)]
    assert len(station.rows(Outbox)) == 1


def test_an_event_that_kills_its_worker_each_time_becomes_a_dead_letter(station: Station) -> None:
    station.store(make_event(number=1, act="die"))
    with station.app.app_context():
        for _ in range(registry().attempts):
            assert handling.claim() is not None  # as a worker that dies right after
            station.hurry()

    station.work()

    assert [letter.reason for letter in station.letters] == ["the process died while handling it"]
    assert station.effects == []


def test_a_worker_told_to_stop_leaves_within_ten_seconds_and_gives_back_nothing_half_done(station: Station) -> None:
    worker = station.start("work")
    station.store(*(make_event(key=str(number), number=number) for number in range(20)))
    eventually(lambda: station.effects)

    assert end(worker) == 0
    station.work()

    assert sorted(number for _, number in station.effects) == list(range(20))
    assert all(row.attempts == 1 for row in station.rows(Inbox))


def test_handlers_know_who_asked_and_what_caused_them(station: Station) -> None:
    cause = replace(make_event(number=1), correlation_id="request-1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")

    station.store(cause)
    station.work()

    [said] = station.rows(Outbox)
    assert (said.correlation_id, said.cause_id, said.actor) == ("request-1", cause.id, "system")
    assert said.traceparent.split("-")[1] == "a" * 32
    assert said.traceparent.split("-")[2] != "b" * 16


def test_only_what_was_finished_long_ago_is_forgotten(station: Station) -> None:
    station.store(make_event(number=1), make_event(number=2, act="early", key="two"), make_event(number=3, key="three"))
    station.work()
    with station.app.app_context():
        for row in db.session.query(Inbox).filter(Inbox.partition_key != "three"):
            row.received_at = now() - timedelta(days=91)
        db.session.commit()
        assert inbox.prune() == 1

    assert [row.partition_key for row in station.rows(Inbox)] == ["two", "three"]
    assert station.rows(Effect, Effect.id)
    assert station.rows(DeadLetter, DeadLetter.id) == []
