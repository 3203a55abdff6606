"""A person's own notifications: seen, read and counted by that person only."""

from __future__ import annotations

import time
import uuid

import pytest

API = "/api/v1/notify"


@pytest.fixture
def rina(cast, as_):
    return as_("customer", id=cast.member_id, customer_id=cast.customer_id)


@pytest.fixture
def dodi(cast, as_):
    return as_("customer", id=cast.other_member_id, customer_id=cast.other_customer_id)


def test_the_bell_shows_what_happened_with_the_page_to_open(cast, deliver, rina):
    deliver("testing.report.sent", cast.report())

    page = rina.get(f"{API}/notifications").get_json()
    (note,) = page["items"]
    assert (page["count"], page["unread"], page["next"]) == (1, 1, None)
    assert note["title"] == "Laporan hasil uji 707/LP sudah tersedia"
    assert note["link"] == f"/pengujian/order/{cast.id('order')}"
    assert (note["is_read"], note["read_at"]) == (False, None)


def test_reading_one_and_reading_all(cast, deliver, rina):
    for _ in range(3):
        deliver("testing.report.sent", cast.report(order_id=str(uuid.uuid4())))
    first = rina.get(f"{API}/notifications").get_json()["items"][0]

    answer = rina.post(f"{API}/notifications/{first['id']}/read")
    assert answer.get_json()["is_read"] is True
    read_at = answer.get_json()["read_at"]
    assert rina.post(f"{API}/notifications/{first['id']}/read").get_json()["read_at"] == read_at
    assert rina.get(f"{API}/notifications?unread=true").get_json()["unread"] == 2
    assert len(rina.get(f"{API}/notifications?unread=false").get_json()["items"]) == 1

    assert rina.post(f"{API}/notifications/read-all").get_json() == {"unread": 0}
    assert rina.get(f"{API}/notifications").get_json()["unread"] == 0


def test_many_words_about_one_order_are_one_thing_to_look_at(cast, deliver, rina):
    for _ in range(3):
        deliver("testing.report.sent", cast.report())
    deliver("testing.report.sent", cast.report(order_id=str(uuid.uuid4())))
    last, *_, first = [
        note for note in rina.get(f"{API}/notifications").get_json()["items"] if note["order_id"] == cast.id("order")
    ]

    assert rina.get(f"{API}/notifications").get_json()["unread"] == 2

    rina.post(f"{API}/notifications/{first['id']}/read")
    assert rina.get(f"{API}/notifications?unread=true").get_json()["count"] == 3

    rina.post(f"{API}/notifications/{last['id']}/read")
    assert rina.get(f"{API}/notifications?unread=true").get_json()["count"] == 1
    assert rina.get(f"{API}/notifications").get_json()["unread"] == 1


def test_another_persons_notification_is_not_there(cast, deliver, rina, dodi, as_):
    deliver("testing.report.sent", cast.report())
    note = rina.get(f"{API}/notifications").get_json()["items"][0]

    for other in (
        dodi,
        as_("super_admin"),
        as_("customer_service", id=cast.customer_service),
        as_("customer", kind="client", id="sistem"),
    ):
        assert other.get(f"{API}/notifications").get_json()["items"] == []
        denied = other.post(f"{API}/notifications/{note['id']}/read")
        missing = other.post(f"{API}/notifications/{uuid.uuid4()}/read")
        assert denied.status_code == missing.status_code == 404
        assert {**denied.get_json(), "instance": "", "request_id": ""} == {
            **missing.get_json(),
            "instance": "",
            "request_id": "",
        }
        other.post(f"{API}/notifications/read-all")
    assert rina.get(f"{API}/notifications").get_json()["unread"] == 1


def test_pages_follow_each_other_without_gap_or_repeat(cast, deliver, rina):
    for number in range(7):
        deliver("testing.report.sent", cast.report(number=f"{number}/LP"))
    seen, cursor = [], ""
    while cursor is not None:
        page = rina.get(f"{API}/notifications?limit=3&cursor={cursor}").get_json()
        seen += [note["title"] for note in page["items"]]
        cursor = page["next"]

    assert seen == [f"Laporan hasil uji {number}/LP sudah tersedia" for number in range(6, -1, -1)]


def test_notifications_of_one_order(cast, deliver, rina):
    deliver("testing.report.sent", cast.report())
    deliver("testing.report.sent", cast.report(order_id=cast.id("lain")))

    page = rina.get(f"{API}/notifications?order_id={cast.id('order')}").get_json()
    assert page["count"] == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "notifications"),
        ("GET", "stream"),
        ("GET", "messages"),
        ("GET", "events"),
        ("POST", "notifications/read-all"),
        ("POST", f"notifications/{uuid.uuid4()}/read"),
    ],
)
def test_without_a_token_nothing_is_shown(app, method, path):
    assert app.test_client().open(f"{API}/{path}", method=method).status_code == 401


def test_a_repeated_request_with_the_same_key_gives_the_first_answer(cast, deliver, rina):
    deliver("testing.report.sent", cast.report())
    note = rina.get(f"{API}/notifications").get_json()["items"][0]
    first, second = (
        rina.post(f"{API}/notifications/{note['id']}/read", headers={"Idempotency-Key": "k1"}) for _ in range(2)
    )

    assert first.get_json() == second.get_json()
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_stream_says_that_something_changed_and_nothing_else(cast, deliver, rina):
    deliver("testing.report.sent", cast.report())
    answer = rina.get(f"{API}/stream")

    assert answer.content_type.startswith("text/event-stream")
    text = answer.get_data(as_text=True)
    assert 'event: changed\ndata: {"unread": 1}\n\n' in text
    assert "Laporan" not in text


def test_streams_are_short_and_few_and_give_their_places_back(cast, rina, app):
    began = time.monotonic()
    rina.get(f"{API}/stream").get_data()
    assert time.monotonic() - began < 2

    open_ = [rina.get(f"{API}/stream") for _ in range(app.config["STREAMS_MAX"])]
    refused = rina.get(f"{API}/stream")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    for stream in open_:
        stream.close()
    again = rina.get(f"{API}/stream")
    assert again.status_code == 200
    again.close()


def test_lists_and_details_take_a_fixed_number_of_statements(cast, deliver, rina, as_, statements):
    cs = as_("customer_service", id=cast.customer_service)
    calls = {
        "notifications": lambda: rina.get(f"{API}/notifications?limit=50"),
        "messages": lambda: cs.get(f"{API}/messages?order_id={cast.id('order')}&limit=50"),
        "events": lambda: as_("admin").get(f"{API}/events"),
    }
    deliver("testing.report.sent", cast.report())
    one = {name: statements(call) for name, call in calls.items()}
    for _ in range(20):
        deliver("testing.report.sent", cast.report())
    many = {name: statements(call) for name, call in calls.items()}

    assert one == many == {"notifications": 3, "messages": 2, "events": 2}


def test_telling_takes_statements_by_template_not_by_recipient(cast, deliver, make_staff, statements):
    def tell():
        return statements(lambda: deliver("billing.invoice.expired", cast.invoice(expires_at="2026-12-24T02:15:30Z")))

    few = tell()
    for number in range(12):
        make_staff("treasurer", "customer_service", label=f"pegawai{number}")
    assert tell() == few
