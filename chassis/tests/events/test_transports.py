"""What every transport promises, checked on each."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chassis.events.envelope import parse
from chassis.events.transports import BEHIND, UNROUTABLE
from tests.events.carriers import Carrier, eventually, make_event

ROUTES = [
    ("shop.order.placed", {"shop.order.placed"}),
    ("shop.*.placed", {"shop.order.placed", "shop.return.placed"}),
    ("shop.order.*", {"shop.order.placed", "shop.order.paid"}),
    (
        "shop.#",
        {"shop.order.placed", "shop.return.placed", "shop.order.paid", "shop", "shop.closed", "shop.order.line.added"},
    ),
    ("#.paid", {"shop.order.paid", "paid"}),
    ("*.*", {"shop.closed"}),
]
TYPES = sorted(set().union(*(types for _, types in ROUTES)))


def test_each_queue_gets_the_types_its_patterns_fit(carrier: Carrier) -> None:
    queues = [(carrier.queue(f"q{number}", pattern), types) for number, (pattern, types) in enumerate(ROUTES)]

    refused = carrier.open().publish([make_event(kind, key=kind) for kind in TYPES])

    assert refused == {}
    for queue, types in queues:
        got = carrier.collect(queue, len(types))
        assert sorted(event.type for event in got) == sorted(types)


def test_two_queues_each_get_their_copy(carrier: Carrier) -> None:
    left, right = carrier.queue("left", "#"), carrier.queue("right", "shop.#")
    event = make_event()

    carrier.open().publish([event])

    assert carrier.collect(left, 1) == carrier.collect(right, 1) == [event]


def test_an_event_nobody_is_bound_to_is_refused_and_holds_back_its_key_alone(carrier: Carrier) -> None:
    queue = carrier.queue("q", "shop.order.placed")
    lost = make_event("shop.order.unheard", key="a")
    behind, free = make_event(key="a"), make_event(key="b")

    refused = carrier.open().publish([lost, behind, free])

    assert refused == {lost.id: UNROUTABLE, behind.id: BEHIND}
    assert carrier.collect(queue, 1) == [free]


def test_events_of_one_key_arrive_in_the_order_of_publishing(carrier: Carrier) -> None:
    queue = carrier.queue("q", "#")
    sender = carrier.open()
    for start in range(0, 200, 50):
        sender.publish([make_event(key=f"key{number % 7}", number=number) for number in range(start, start + 50)])

    got = carrier.collect(queue, 200)

    assert len(got) == 200
    for key in {event.partition_key for event in got}:
        numbers = [event["number"] for event in got if event.partition_key == key]
        assert numbers == sorted(numbers)


def test_two_receivers_of_one_queue_keep_the_order_of_each_key(carrier: Carrier) -> None:
    queue = carrier.queue("q", "#")
    arrived: list[bytes] = []

    def slowly(bodies: list[bytes]) -> None:
        time.sleep(0.01)
        arrived.extend(bodies)

    with carrier.receiving(queue, slowly), carrier.receiving(queue, slowly):
        sender = carrier.open()
        for start in range(0, 120, 10):
            sender.publish([make_event(key=f"key{number % 3}", number=number) for number in range(start, start + 10)])
        eventually(lambda: len(arrived) >= 120)

    got = [parse(body) for body in arrived]
    for key in {event.partition_key for event in got}:
        numbers = [event["number"] for event in got if event.partition_key == key]
        assert list(dict.fromkeys(numbers)) == sorted(set(numbers))


def test_what_was_acknowledged_does_not_come_again(carrier: Carrier) -> None:
    queue = carrier.queue("q", "#")
    carrier.open().publish([make_event(number=number) for number in range(5)])

    carrier.collect(queue, 5)

    assert carrier.is_empty(queue)


def test_what_could_not_be_stored_comes_again_in_order(carrier: Carrier) -> None:
    queue = carrier.queue("q", "#")
    events = [make_event(number=number) for number in range(5)]
    carrier.open().publish(events)
    tries: list[int] = []
    stored: list[bytes] = []

    def refuse_twice(bodies: list[bytes]) -> None:
        tries.append(len(bodies))
        if len(tries) <= 2:
            raise OSError("the database is away")
        stored.extend(bodies)

    with carrier.receiving(queue, refuse_twice):
        eventually(lambda: len(stored) >= 5)

    assert [parse(body).id for body in stored] == [event.id for event in events]


def test_a_receiver_killed_before_it_acknowledged_loses_nothing(carrier: Carrier, tmp_path: Path) -> None:
    queue = carrier.queue("q", "#")
    events = [make_event(number=number) for number in range(10)]
    carrier.open().publish(events)
    target = tmp_path / "stored"

    died = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("receiver.py")),
            carrier.url,
            f"test.{carrier.mark}",
            queue,
            str(target),
        ],
        env={**os.environ, "KILL_POINT": "consume.before_acknowledge"},
        timeout=30,
        check=False,
    )

    assert died.returncode == 137
    first = [parse(line).id for line in target.read_bytes().splitlines()]
    assert first
    assert first == [event.id for event in events][: len(first)]
    again = [event.id for event in carrier.collect(queue, 10)]
    assert list(dict.fromkeys(again)) == [event.id for event in events]


def test_events_wait_for_a_queue_whose_receiver_is_away(carrier: Carrier) -> None:
    queue = carrier.queue("q", "#")
    early = carrier.open()
    early.publish([make_event(number=1)])
    early.close()

    later = carrier.open()
    later.declare(queue, ["#"])
    later.publish([make_event(number=2)])

    assert [event["number"] for event in carrier.collect(queue, 2)] == [1, 2]


@pytest.mark.parametrize("body", [b"", b"{not json", b"\xff\x00\xfe", b"[]"])
def test_bytes_that_are_no_event_are_handed_over_like_any_other(carrier: Carrier, body: bytes) -> None:
    class Garbage(type(make_event())):  # type: ignore[misc]
        def to_json(self) -> bytes:
            return body

    queue = carrier.queue("q", "#")
    good = make_event(key="b")
    carrier.open().publish([Garbage(**vars(make_event(key="a"))), good])
    arrived: list[bytes] = []

    with carrier.receiving(queue, arrived.extend):
        eventually(lambda: len(arrived) == 2)

    assert sorted(arrived) == sorted([body, good.to_json()])
