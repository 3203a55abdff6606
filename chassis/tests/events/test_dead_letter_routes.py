"""An administrator lists, inspects, replays and discards what could not be handled; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from chassis import keys
from chassis.acts import HttpAct
from chassis.auth import Principal
from chassis.events import Inbox
from chassis.testing import Calls
from tests.events.carriers import make_event
from tests.events.station import Effect
from tests.events.stations import Station

PATH = "/api/v1/station/dead-letters"


@pytest.fixture
def as_(station: Station, tmp_path: Any) -> Any:
    gateway = keys.generate("gateway", tmp_path)
    signer = keys.Signer.from_file("gateway", gateway)

    def speak(role: str) -> Calls:
        person = Principal(id=f"id-of-{role}", name="Dewi Contoh", roles=frozenset({role}))
        return Calls(station.app.test_client(), signer, "svc-station", person)

    return speak


def mend(station: Station) -> None:
    """What the handler missed is there now."""
    station.store(make_event(number=2, word="first"))
    station.work()


def test_a_dead_letter_shows_what_came_why_it_failed_and_since_when(station: Station, as_: Any) -> None:
    bad = make_event(number=1, act="hopeless")
    station.store(bad, b"{no event")
    station.work()

    listed = as_("admin").get(PATH).json
    [row] = [item for item in listed["items"] if item["event_id"] == bad.id]
    shown = as_("super_admin").get(row["links"]["self"]).json

    assert listed["count"] == 2
    assert (row["type"], row["reason"], row["attempts"]) == (bad.type, "Hopeless: this will never do", 1)
    assert row["first_at"] <= row["last_at"]
    assert row["status"] == {"code": "open", "label": "Menunggu keputusan"}
    assert shown["payload"]["data"]["number"] == 1
    assert "in note" in shown["stack"]
    assert shown["can_replay"]


def test_replaying_what_was_mended_works_once_however_often_it_is_asked(station: Station, as_: Any) -> None:
    station.store(make_event(number=1, act="hopeless"))
    station.work()
    mend(station)
    [letter] = station.letters
    admin = as_("admin")

    answers = [admin.post(f"{PATH}/{letter.id}/replay", json={"reason": "Sudah diperbaiki"}) for _ in range(3)]
    station.work()
    again = admin.post(f"{PATH}/{letter.id}/replay", json={})
    station.work()

    assert [answer.status_code for answer in (*answers, again)] == [200] * 4
    assert station.effects == [("one", 2), ("one", 1)]
    assert again.json["status"]["code"] == "replayed"
    assert again.json["resolved"]["by"] == {"id": "id-of-admin", "name": "Dewi Contoh"}
    assert again.json["resolved"]["reason"] == "Sudah diperbaiki"
    assert again.json["handling"] == {"code": "done", "label": "Berhasil ditangani"}
    assert admin.get(PATH).json["items"] == []


def test_a_replayed_event_that_fails_again_is_a_letter_again(station: Station, as_: Any) -> None:
    station.store(make_event(number=1, act="hopeless"))
    station.work()
    [letter] = station.letters

    as_("admin").post(f"{PATH}/{letter.id}/replay", json={})
    station.work()

    shown = as_("admin").get(f"{PATH}/{letter.id}").json
    [second] = as_("admin").get(PATH).json["items"]
    assert shown["handling"]["code"] == "dead"
    assert shown["others"] == [second["id"]]


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  \n "}, {"reason": "a\0b"}, {"reason": "x" * 501}])
def test_discarding_needs_a_reason(station: Station, as_: Any, body: dict[str, str]) -> None:
    station.store(b"{no event")
    [letter] = station.letters

    answer = as_("admin").post(f"{PATH}/{letter.id}/discard", json=body)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["reason"]
    assert station.letters[0].resolution is None


def test_a_discarded_letter_says_who_and_why_and_is_not_replayed(station: Station, as_: Any) -> None:
    station.store(make_event(number=1, act="hopeless"))
    station.work()
    [letter] = station.letters
    admin = as_("admin")

    discarded = admin.post(f"{PATH}/{letter.id}/discard", json={"reason": "Order uji coba"})
    refused = admin.post(f"{PATH}/{letter.id}/replay", json={})
    mend(station)

    assert discarded.json["resolved"]["reason"] == "Order uji coba"
    assert (refused.status_code, refused.json["detail"]) == (409, "Pesan ini sudah dibuang oleh Dewi Contoh.")
    assert station.effects == [("one", 2)]
    assert [row["id"] for row in admin.get(f"{PATH}?state=discarded").json["items"]] == [str(letter.id)]


def test_bytes_that_are_no_event_are_shown_but_not_replayed(station: Station, as_: Any) -> None:
    station.store(b"{no event")
    [letter] = station.letters

    shown = as_("admin").get(f"{PATH}/{letter.id}").json
    answer = as_("admin").post(f"{PATH}/{letter.id}/replay", json={})

    assert (shown["payload"], shown["body"], shown["can_replay"]) == (None, "{no event", False)
    assert answer.status_code == 409
    assert "bukan peristiwa" in answer.json["detail"]
    assert station.letters[0].resolution is None


@pytest.mark.parametrize("role", ["customer", "customer_service", "treasurer", "head_of_office", "system"])
def test_nobody_but_administrators_sees_or_decides(station: Station, as_: Any, role: str) -> None:
    station.store(make_event(number=1, act="hopeless"))
    station.work()
    [letter] = station.letters
    person, path = as_(role), f"{PATH}/{letter.id}"

    answers = [
        person.get(PATH),
        person.get(path),
        person.post(f"{path}/replay", json={}),
        person.post(f"{path}/discard", json={"reason": "x"}),
        person.get(f"/api/v1/station/trace?order_id={letter.id}"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert station.app.test_client().get(PATH).status_code == 401
    assert station.letters[0].resolution is None


def test_the_act_of_replaying_is_noted_with_its_request(station: Station, as_: Any) -> None:
    station.store(make_event(number=1, act="hopeless"))
    station.work()
    [letter] = station.letters

    as_("admin").post(f"{PATH}/{letter.id}/replay", json={}, headers={"X-Request-ID": "request-42"})

    rows = station.rows(HttpAct, HttpAct.about)
    assert {row.about for row in rows} == {str(letter.id), "one"}
    assert {(row.request_id, row.actor_id, row.status) for row in rows} == {("request-42", "id-of-admin", 200)}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fifty_bad_among_five_thousand_stop_none_of_the_good(station: Station, as_: Any) -> None:
    good = [make_event(key=f"key{number % 100}", number=number) for number in range(4_950)]
    bad = [make_event(key=f"key{number}", number=-1, act="hopeless") for number in range(50)]
    mixed = [
        event
        for place, event in enumerate(good)
        for event in ((event, bad[place // 99]) if place % 99 == 0 else (event,))
    ]

    for first in range(0, len(mixed), 500):
        station.store(*mixed[first : first + 500])
    station.work()

    with station.app.app_context():
        from chassis.db import db

        counted = dict(db.session.execute(sa.select(Inbox.status, sa.func.count()).group_by(Inbox.status)).all())
        effects = db.session.scalar(sa.select(sa.func.count(Effect.id)))
    assert counted == {"done": 4_950, "dead": 50}
    assert effects == 4_950
    assert as_("admin").get(f"{PATH}?limit=200").json["count"] == 50
