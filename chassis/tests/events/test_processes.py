"""The processes of a service together: two services, a bus, due work, an operator."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chassis import keys
from chassis.db import atomic
from chassis.events import Inbox, Outbox, emit, feed
from chassis.events.transports import connect
from chassis.events.transports.rabbitmq import EXCHANGE
from chassis.http import Peer
from tests.events import conftest
from tests.events.carriers import eventually, make_event
from tests.events.station import Effect
from tests.events.stations import Station, end


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.real)])
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Station, Station]]:
    """A service that speaks and one that listens."""
    mark = uuid.uuid4().hex[:8]
    bus_url = f"sqlite:///{tmp_path}/bus.db" if request.param == "embedded" else conftest.address("RabbitMQ")
    made = [
        Station.make(tmp_path, f"sqlite:///{tmp_path}/{name}.db", bus_url, f"{name}-{mark}")
        for name in ("speaker", "listener")
    ]
    bus = connect(bus_url)
    bus.declare(f"svc-everything-{mark}", ["station.#"])  # what the handlers say has a listener too
    bus.close()
    yield made[0], made[1]
    for station in made:
        station.close()
    if request.param == "rabbitmq":
        conftest.remove(bus_url, "", {f"svc-{name}-{mark}" for name in ("speaker", "listener", "everything")})


@pytest.mark.slow
def test_events_go_from_service_to_service_while_processes_are_killed(pair: tuple[Station, Station]) -> None:
    speaker, listener = pair
    kind = f"shop{uuid.uuid4().hex[:8]}"
    for station in pair:  # every queue is there before the first relay starts, as in a deployment
        assert station.start("declare", STATION_TYPES=kind).wait() == 0
    running = {
        "relay": speaker.start("worker", STATION_TYPES=kind),
        "listen": listener.start("worker", STATION_TYPES=kind),
    }
    for start in range(0, 60, 20):
        with speaker.app.app_context():
            speaker_says(speaker, kind, range(start, start + 20))
        eventually(lambda seen=start: len(noted(listener)) > seen, 40)
        for name, station in (("relay", speaker), ("listen", listener)):
            running[name].kill()
            running[name].wait()
            running[name] = station.start("worker", STATION_TYPES=kind)
    with speaker.app.app_context():
        speaker_says(
            speaker, kind, range(60, 64)
        )  # for the last ones started: they are at work before they are told to go
    eventually(lambda: len(set(noted(listener))) == 64, 60)
    eventually(lambda: all(row.published_at for row in speaker.rows(Outbox)), 30)

    assert [end(process) for process in running.values()] == [0, 0]
    effects = noted(listener)
    assert sorted(number for _, number in effects) == list(range(64))
    for key in range(4):
        numbers = [number for at, number in effects if at == f"key{key}"]
        assert numbers == sorted(numbers)


def speaker_says(speaker: Station, kind: str, numbers: range) -> None:
    with atomic():
        for number in numbers:
            emit(f"{kind}.order.placed", {"number": number}, partition_key=f"key{number % 4}")


def noted(listener: Station) -> list[tuple[str, int]]:
    return [(key, number) for key, number in listener.effects if key.startswith("key")]


def test_due_work_runs_in_one_process_goes_on_past_a_failure_and_moves_to_the_standby(station: Station) -> None:
    first, second = station.start("schedule"), station.start("schedule")
    try:
        eventually(lambda: len(ticks(station)) >= 3)
        assert len(set(ticks(station))) == 1
        leader, standby = (first, second) if str(first.pid) in ticks(station) else (second, first)
        leader.kill()
        leader.wait()

        eventually(lambda: str(standby.pid) in ticks(station))
        assert end(standby) == 0
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


def ticks(station: Station) -> list[str]:
    return [row.key for row in station.rows(Effect, Effect.id) if row.event_id == "tick"]


def test_an_operator_lists_replays_and_discards_dead_letters(station: Station) -> None:
    station.store(make_event(number=1, act="hopeless"), b"{not json")
    station.work()
    run = station.app.test_cli_runner().invoke

    listed = [json.loads(line) for line in run(args=["dead-letters", "list"]).output.splitlines()]
    assert sorted(one["reason"].split(":")[0] for one in listed) == ["Hopeless", "JSONDecodeError"]
    event = next(one for one in listed if one["event_id"])
    garbage = next(one for one in listed if not one["event_id"])
    assert run(args=["dead-letters", "replay", garbage["id"], "--by", "budi", "--why", "hope"]).exit_code == 1
    assert run(args=["dead-letters", "discard", garbage["id"]]).exit_code == 2
    assert run(args=["dead-letters", "discard", garbage["id"], "--by", "budi", "--why", "of no use"]).exit_code == 0
    assert run(args=["dead-letters", "replay", event["id"], "--by", "budi", "--why", "repaired"]).exit_code == 0
    assert run(args=["dead-letters", "list"]).output == ""
    assert [row.status for row in station.rows(Inbox)] == ["pending"]


def bearer(folder: Path, issuer: str, kind: str, audience: str = "svc-station") -> dict[str, str]:
    signer = keys.Signer.from_file(issuer, keys.generate(issuer, folder))
    return {"Authorization": f"Bearer {signer.sign(audience, lifetime=60, kind=kind, sub=issuer, roles=['admin'])}"}


def test_the_feed_shows_what_was_published_in_order_to_services_alone(station: Station, tmp_path: Path) -> None:
    station.say(("one", 1), ("two", 2), ("three", 3))
    client: FlaskClient = station.app.test_client()
    service, person = bearer(tmp_path, "svc-other", "service"), bearer(tmp_path, "gateway", "user")

    assert client.get("/internal/feed").status_code == 401
    assert client.get("/internal/feed", headers=person).status_code == 403
    assert client.get("/internal/feed", headers=service).json == {"items": [], "next": None}

    publish(station)
    page = client.get("/internal/feed?limit=2", headers=service).json
    assert [item["data"]["number"] for item in page["items"]] == [1, 2]
    rest = client.get(f"/internal/feed?limit=2&after={page['next']}", headers=service).json
    assert [item["data"]["number"] for item in rest["items"]] == [3]
    assert rest["next"] is None
    assert [int(item["sequence"]) for item in page["items"] + rest["items"]] == [
        row.seq for row in station.rows(Outbox)
    ]
    assert client.get("/internal/feed?types=other.%23", headers=service).json["items"] == []


def publish(station: Station) -> None:
    bus = connect(station.settings["bus_url"])
    bus.declare("all", ["#"])
    station.relay(bus)
    bus.close()


def test_a_service_that_comes_later_catches_up_from_the_feed_as_often_as_it_likes(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.say(*((f"key{number % 3}", number) for number in range(12)))
    publish(station)
    late = Station.make(tmp_path, f"sqlite:///{tmp_path}/late.db", station.settings["bus_url"], "late")
    headers = bearer(tmp_path, "svc-late", "service")
    client = station.app.test_client()
    monkeypatch.setattr(
        Peer, "get", lambda self, path, **params: client.get(path, query_string=params, headers=headers).json
    )
    monkeypatch.setattr(feed, "PAGE", 5)

    for _ in range(2):
        with late.app.app_context():
            assert feed.bootstrap("station") == 12
        late.work()

    assert sorted(number for _, number in late.effects) == list(range(12))
    late.close()


def test_a_worker_without_a_bus_goes_on_trying_and_leaves_when_told(station: Station) -> None:
    station.settings["bus_url"] = "amqp://guest:guest@127.0.0.1:9/%2f"
    worker = station.start("worker")
    station.store(make_event(number=1))

    eventually(lambda: ("one", 1) in station.effects)
    time.sleep(1)

    assert worker.poll() is None
    assert end(worker) == 0


def test_the_exchange_has_the_name_outsiders_were_told() -> None:
    assert EXCHANGE == "zerocalls.events"
