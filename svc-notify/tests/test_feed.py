"""The feed for other systems: public events only, in one order, replayable, and honest about what it no longer has."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from chassis.db import atomic, db, now
from svc_notify import feed
from svc_notify.models import FeedEntry

API = "/api/v1/notify/events"


@pytest.fixture
def system(as_):
    return as_(kind="client", id="sistem-lain", scope={"api": ["events:read"]})


@pytest.fixture
def publish(deliver, cast):
    def say(*types: str, audience: str = "public") -> None:
        for number, kind in enumerate(types):
            deliver(
                kind,
                {"certificate_id": cast.id(str(number))},
                audience=audience,
                actor=cast.admin,
                correlation_id="req-1",
            )

    return say


def types(answer) -> list[str]:
    return [event["type"] for event in answer.get_json(force=True)]


def test_public_events_come_in_order_and_internal_ones_never(publish, system):
    publish("certification.certificate.issued", "testing.report.registered")
    publish("certification.certificate.drafted", audience="internal")

    answer = system.get(API)
    assert answer.content_type == "application/cloudevents-batch+json"
    assert types(answer) == ["certification.certificate.issued", "testing.report.registered"]


def test_an_event_tells_outsiders_what_happened_but_not_who_did_it(publish, system):
    publish("certification.certificate.issued")
    (event,) = system.get(API).get_json(force=True)

    assert set(event) == {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "partitionkey",
        "data",
        "sequence",
    } - {"subject"} | ({"subject"} & set(event))
    assert event["sequence"] == "00000000000000000001"


def test_following_the_link_reads_everything_once(publish, system):
    publish(*["certification.certificate.issued"] * 5)
    seen, address = [], f"{API}?limit=2"
    while address:
        answer = system.get(address)
        seen += [event["sequence"] for event in answer.get_json(force=True)]
        link = answer.headers.get("Link")
        address = link[1 : link.index(">")] if link else None

    assert seen == [feed.cursor(number) for number in range(1, 6)]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("certification.certificate.*", ["certification.certificate.issued", "certification.certificate.revoked"]),
        ("*.*.issued", ["certification.certificate.issued", "training.certificate.issued"]),
        ("training.#", ["training.certificate.issued", "training.class.opened"]),
        (
            "*.certificate.#",
            ["certification.certificate.issued", "certification.certificate.revoked", "training.certificate.issued"],
        ),
        ("training.class.opened", ["training.class.opened"]),
        ("#", 4),
        ("billing.#", []),
    ],
)
def test_types_are_chosen_with_wildcards(publish, system, pattern, wanted):
    publish(
        "certification.certificate.issued",
        "certification.certificate.revoked",
        "training.certificate.issued",
        "training.class.opened",
    )
    found = types(system.get(API, query_string={"type": pattern}))
    assert (len(found) if wanted == 4 else found) == wanted


@pytest.mark.parametrize("pattern", ["certificate", "a.b", "a..b", "a.b.c.d", "%", "a.*.", "a.b.c'; --"])
def test_a_pattern_that_is_none_is_refused_beside_its_field(system, pattern):
    answer = system.get(API, query_string={"type": pattern})
    assert answer.status_code == 422
    assert "type" in answer.get_json()["errors"]


def test_a_cursor_outlives_its_event_but_not_what_follows_it(publish, system, app):
    publish(*["certification.certificate.issued"] * 4)
    with app.app_context():
        with atomic():
            old = sa.update(FeedEntry).where(FeedEntry.sequence <= 2)
            db.session.execute(old.values(received_at=now() - timedelta(days=91)))
        assert feed.prune(90) == 2

    assert len(system.get(API, query_string={"after": feed.cursor(2)}).get_json(force=True)) == 2
    gone = system.get(API, query_string={"after": feed.cursor(1)})
    assert gone.status_code == 410
    assert gone.get_json()["oldest"] == feed.cursor(2)
    assert len(system.get(API, query_string={"after": gone.get_json()["oldest"]}).get_json(force=True)) == 2
    assert len(system.get(API).get_json(force=True)) == 2


@pytest.mark.parametrize("cursor", ["99", "-1", "abc", "1; DROP", "9" * 30])
def test_a_cursor_we_never_gave_is_answered_with_the_oldest(system, cursor):
    answer = system.get(API, query_string={"after": cursor})
    assert answer.status_code == 410
    assert answer.get_json()["oldest"] == feed.cursor(0)


def test_an_event_told_three_times_is_in_the_feed_once(deliver, cast, system):
    for _ in range(3):
        deliver("certification.certificate.issued", {"x": 1}, audience="public", id=cast.id("event"))
    assert len(system.get(API).get_json(force=True)) == 1


def test_who_may_read(as_, system):
    assert system.get(API).status_code == 200
    assert as_("admin").get(API).status_code == 200
    assert as_("super_admin").get(API).status_code == 200
    assert as_(kind="client", id="lain", scope={"api": ["tariff:read"]}).get(API).status_code == 403
    for role in ("customer", "customer_service", "treasurer"):
        assert as_(role).get(API).status_code == 403


def test_many_writers_at_once_leave_no_gap_and_no_number_that_appears_late(app):
    from chassis.events import Event

    seen: list[int] = []

    def write(writer: int) -> None:
        for number in range(5):
            with app.app_context(), atomic():
                kind = "certification.certificate.issued"
                feed.append(Event(f"{writer}-{number}", kind, "/svc-certification", now(), "k", {}, audience="public"))

    def watch() -> None:
        while len(seen) < 40:
            with app.app_context():
                seen.extend(
                    int(event["sequence"])
                    for event in feed.read(after=feed.cursor(seen[-1]) if seen else "", pattern="", limit=100)
                )
                db.session.remove()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    reader = threading.Thread(target=watch, daemon=True)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    reader.join(20)

    assert seen == list(range(1, 41)), json.dumps(seen)
