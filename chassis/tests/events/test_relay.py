"""What was committed is published: in order, at least once, and one stuck event holds back its own key alone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis.db import atomic, db, now
from chassis.events import Event, Outbox, emit
from chassis.events.envelope import parse
from chassis.events.leader import Leader
from chassis.events.transports import BEHIND, BusDown, Transport
from chassis.events.transports.embedded import Embedded
from chassis.events.wake import wake_on
from tests.events.carriers import Carrier, eventually
from tests.events.station import say
from tests.events.stations import Station, end


@pytest.fixture
def bus(station: Station) -> Embedded:
    """The station's bus with one queue that gets everything."""
    made = Embedded(station.settings["bus_url"].removeprefix("sqlite:///"), lease_seconds=0.5)
    made.declare("all", ["#"])
    return made


@pytest.fixture
def listener(station: Station, bus: Embedded) -> Carrier:
    path = station.settings["bus_url"].removeprefix("sqlite:///")
    return Carrier("embedded", "relay", lambda: Embedded(path, lease_seconds=0.5), station.settings["bus_url"])


def numbers_of(events: Sequence[Event], key: str) -> list[int]:
    """In the order of their first arrival."""
    return list(dict.fromkeys(event["number"] for event in events if event.partition_key == key))


def test_an_event_exists_only_if_its_transaction_committed(station: Station) -> None:
    with station.app.app_context():
        with pytest.raises(RuntimeError), atomic():
            say("one", 1)
            raise RuntimeError("the act fails")
        with pytest.raises(RuntimeError, match="atomic"):
            emit("shop.order.placed", {}, partition_key="one")

    assert station.rows(Outbox) == []


def test_events_are_published_in_order_and_numbered_without_gaps(
    station: Station, bus: Embedded, listener: Carrier
) -> None:
    station.say(*((f"key{number % 3}", number) for number in range(50)))

    assert sum(iter(lambda: station.relay(bus, 20), 0)) == 50

    rows = station.rows(Outbox)
    assert [row.feed_seq for row in rows] == list(range(1, 51))
    assert all(row.published_at for row in rows)
    got = listener.collect("all", 50)
    for key in range(3):
        assert numbers_of(got, f"key{key}") == list(range(key, 50, 3))
    assert got[0].source == "/svc-station"
    assert [event.sequence for event in got if event.partition_key == "key0"] == [
        row.seq for row in rows if row.partition_key == "key0"
    ]


def test_a_host_whose_clock_is_behind_still_speaks_in_its_turn(
    station: Station, bus: Embedded, listener: Carrier, tmp_path: Path
) -> None:
    station.say(("one", 1))
    station.say(("one", 2))
    with station.app.app_context(), atomic():
        last = db.session.get(Outbox, 2)
        assert last
        last.occurred_at -= timedelta(hours=1)
    station.relay(bus)
    got = listener.collect("all", 2)

    hearer = Station.make(tmp_path, f"sqlite:///{tmp_path}/hearer.db", station.settings["bus_url"], "hearer")
    hearer.store(*reversed(got))
    hearer.work()

    assert hearer.effects == [("one", 1), ("one", 2)]
    hearer.close()


def test_an_event_that_is_refused_holds_back_its_key_alone_and_waits_longer_each_time(
    station: Station, bus: Embedded, listener: Carrier
) -> None:
    bus.declare("all", ["shop.order.*"])
    with station.app.app_context(), atomic():
        emit("shop.unheard", {"number": 1}, partition_key="one")
        say("one", 2)
        say("two", 3)

    assert station.relay(bus) == 1
    assert station.relay(bus) == 0
    head, behind, free = station.rows(Outbox)
    first_wait = head.next_attempt_at - now()
    assert (head.attempts, behind.attempts, free.attempts) == (1, 0, 0)
    assert head.last_error
    assert free.feed_seq == 1
    station.hurry()
    station.relay(bus)
    assert station.rows(Outbox)[0].next_attempt_at - now() > first_wait

    bus.declare("all", ["#"])
    station.hurry()
    assert station.relay(bus) == 2
    assert numbers_of(listener.collect("all", 3), "one") == [1, 2]


def test_nothing_is_marked_when_the_bus_goes_away(station: Station) -> None:
    class Absent(Embedded):
        def publish(self, events: Sequence[Event]) -> dict[str, str]:
            raise BusDown("away")

    station.say(("one", 1))

    with pytest.raises(BusDown):
        station.relay(Absent(station.settings["bus_url"].removeprefix("sqlite:///")))

    assert station.rows(Outbox)[0].published_at is None


@pytest.mark.parametrize("place", ["relay.before_publish", "relay.after_publish"])
def test_a_relay_killed_before_it_marked_publishes_again_and_the_effect_is_one(
    station: Station, bus: Embedded, tmp_path: Path, place: str
) -> None:
    station.say(*(("one", number) for number in range(5)))
    other = Station.make(tmp_path, f"sqlite:///{tmp_path}/other.db", station.settings["bus_url"], "other")
    arrived: list[bytes] = []

    assert station.start("relay", KILL_POINT=place).wait(20) == 137
    drain(bus, arrived)
    assert len(arrived) == (5 if place == "relay.after_publish" else 0)
    assert [row.published_at for row in station.rows(Outbox)] == [None] * 5
    assert station.relay(bus) == 5
    drain(bus, arrived)

    other.store(*arrived)
    other.work()
    assert len(arrived) == (10 if place == "relay.after_publish" else 5)
    assert other.effects == [("one", number) for number in range(5)]
    other.close()


def drain(bus: Embedded, into: list[bytes]) -> None:
    """Take everything that waits in the queue now."""
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    bus.receive("all", into.extend, stop)


@pytest.mark.slow
def test_one_relay_leads_and_the_standby_takes_over_when_it_is_killed(station: Station, bus: Embedded) -> None:
    first = station.start("relay")
    station.say(("one", 1))
    eventually(lambda: station.rows(Outbox)[0].published_at)
    second = station.start("relay")
    with station.app.app_context():
        third = Leader(db.engine, "relay")
        assert not third.hold()

    first.kill()
    first.wait()
    station.say(("one", 2))

    eventually(lambda: station.rows(Outbox)[1].published_at)
    assert end(second) == 0
    with station.app.app_context():
        eventually(third.hold)
        third.release()


def test_two_relays_at_once_lose_nothing_keep_the_order_and_number_without_gaps(
    station: Station, bus: Embedded, listener: Carrier
) -> None:
    """Leadership lost without noticing it is the worst case: both publish whatever they see."""

    def relay_on() -> None:
        own = Embedded(station.settings["bus_url"].removeprefix("sqlite:///"))
        while not finished.is_set():
            with contextlib.suppress(sa.exc.IntegrityError):  # both stamped at once: one of them tries again
                station.relay(own, 7)

    finished = threading.Event()
    relays = [threading.Thread(target=relay_on) for _ in range(2)]
    for one in relays:
        one.start()
    for start in range(0, 60, 5):
        station.say(*((f"key{number % 3}", number) for number in range(start, start + 5)))
    eventually(lambda: all(row.published_at for row in station.rows(Outbox)), 60)
    finished.set()
    for one in relays:
        one.join()

    assert sorted(row.feed_seq for row in station.rows(Outbox)) == list(range(1, 61))
    arrived: list[bytes] = []
    drain(bus, arrived)
    drain(bus, arrived)
    got = [parse(body) for body in arrived]
    for key in range(3):
        assert numbers_of(got, f"key{key}") == list(range(key, 60, 3))


def test_a_commit_wakes_who_sleeps(station: Station) -> None:
    with station.app.app_context():
        wake = wake_on(db.engine, "outbox")
    sleeper = threading.Thread(target=wake.wait, args=(30, threading.Event()))
    sleeper.start()

    station.say(("one", 1))

    sleeper.join(15)
    assert not sleeper.is_alive()
    wake.close()


def test_a_transport_says_why_it_held_back(station: Station, bus: Transport) -> None:
    bus.declare("all", ["shop.order.*"])
    with station.app.app_context(), atomic():
        first = emit("shop.unheard", {}, partition_key="one").to_event("/svc-station")
        second = emit("shop.order.placed", {}, partition_key="one").to_event("/svc-station")

    assert bus.publish([first, second])[second.id] == BEHIND
