"""Who is told, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from chassis.db import now

CUSTOMER = {("Rina", "bell"), ("Rina", "email")}


@pytest.fixture
def later():
    """Two minutes pass."""
    with time_machine.travel(now()) as clock:
        yield lambda: clock.shift(timedelta(minutes=2))


def both(*names):
    return {(name, channel) for name in names for channel in ("bell", "email")}


def test_an_event_delivered_three_times_makes_one_message_per_recipient_and_channel(cast, deliver, messages, told):
    event_id = cast.id("event")
    for _ in range(3):
        deliver("testing.order.submitted", cast.order(), id=event_id)

    assert told() == both("Rina", "Customer_Service")
    assert len(messages()) == 4


def test_writing_again_for_a_known_event_adds_nothing(cast, deliver, app, messages):
    """The inbox forgets after 90 days; the messages do not."""
    import sqlalchemy as sa

    from chassis.db import atomic, db

    event_id = cast.id("event")
    deliver("testing.order.submitted", cast.order(), id=event_id)
    with app.app_context(), atomic():
        db.session.execute(sa.text("DELETE FROM inbox"))
    deliver("testing.order.submitted", cast.order(), id=event_id)

    assert len(messages()) == 4


def test_a_message_before_its_customer_waits_for_the_customer_and_its_people(
    cast, deliver, messages, make_customer, app
):
    deliver("testing.order.submitted", cast.order(customer_id=cast.id("PT Baru")))
    assert messages() == []

    make_customer("PT Baru")
    _wait_no_longer(app)
    assert messages() == []

    make_customer("PT Baru", members={"Sari": "sari@baru.test"})
    _wait_no_longer(app)
    assert {message.recipient_name for message in messages()} == {"Sari", "Customer_Service"}


def test_the_second_company_is_never_told(cast, deliver, messages):
    deliver("testing.order.submitted", cast.order())
    deliver("billing.invoice.billed", cast.invoice(expires_at="2026-12-24T02:15:30Z"))
    deliver("testing.report.sent", cast.report())

    assert not [message for message in messages() if message.recipient_name == "Dodi"]


def test_staff_are_not_told_of_their_own_acts_but_a_customer_gets_its_confirmation(cast, deliver, told):
    deliver("testing.order.submitted", cast.order(), actor=cast.customer_service)
    assert told() == CUSTOMER


def test_the_stand_in_of_an_absent_person_is_told_too(cast, deliver, make_staff, messages):
    make_staff("supervisor", label="penyelia2")
    today = now().date()
    absence = {
        "absence_id": cast.id("cuti"),
        "user_id": cast.supervisor,
        "stand_in_id": cast.id("penyelia2"),
        "is_cancelled": False,
    }
    deliver(
        "identity.absence.changed",
        {**absence, "from_on": str(today - timedelta(days=1)), "until_on": str(today + timedelta(days=1))},
    )
    deliver("testing.sample.assigned", cast.sample())

    found = {message.recipient_name: message.body for message in messages("bell")}
    assert set(found) == {"Supervisor", "Penyelia2"}
    assert found["Penyelia2"].startswith("Anda menggantikan Supervisor.")


@pytest.mark.parametrize("change", [{"is_cancelled": True}, {"from_on": "2020-01-01", "until_on": "2020-01-05"}])
def test_an_absence_that_is_over_or_cancelled_brings_no_stand_in(cast, deliver, make_staff, messages, change):
    make_staff("supervisor", label="penyelia2")
    today = str(now().date())
    absence = {
        "absence_id": cast.id("cuti"),
        "user_id": cast.supervisor,
        "stand_in_id": cast.id("penyelia2"),
        "is_cancelled": False,
    }
    deliver("identity.absence.changed", {**absence, "from_on": today, "until_on": today, **change})
    deliver("testing.sample.assigned", cast.sample())

    assert {message.recipient_name for message in messages()} == {"Supervisor"}


def test_nobody_stands_in_for_an_analyst(cast, deliver, make_staff, messages):
    make_staff("analyst", label="analis2")
    today = str(now().date())
    absence = {
        "absence_id": cast.id("cuti"),
        "user_id": cast.analyst,
        "stand_in_id": cast.id("analis2"),
        "is_cancelled": False,
    }
    deliver("identity.absence.changed", {**absence, "from_on": today, "until_on": today})
    deliver("testing.analysis.assigned", cast.analysis())

    assert {message.recipient_name for message in messages()} == {"Analyst"}


def test_who_has_left_is_not_told(cast, deliver, make_staff, told):
    make_staff("treasurer", is_active=False)
    make_staff("treasurer", label="bendahara2")
    deliver("testing.order.forwarded", cast.order())

    assert told() == both("Bendahara2")


def test_a_later_change_of_a_person_wins_over_an_earlier_one_that_comes_late(cast, deliver, told):
    facts = {"user_id": cast.treasurer, "username": "b", "name": "Bendahara Pindah", "email": "b@balai.test"}
    deliver("identity.staff.changed", {**facts, "roles": [], "is_active": True})
    deliver(
        "identity.staff.changed",
        {**facts, "roles": [{"role": "treasurer", "scope": None}], "is_active": True},
        time=now() - timedelta(days=9),
    )
    deliver("testing.order.forwarded", cast.order())

    assert told() == set()


def test_a_walk_in_customer_without_accounts_is_reached_by_its_address(cast, make_customer, deliver, told, later):
    make_customer("Toko Tanpa Akun", email="toko@contoh.test")
    later()
    deliver("testing.report.sent", cast.report(customer_id=cast.id("Toko Tanpa Akun")))

    assert told() == {("Toko Tanpa Akun", "email")}


def test_a_customer_without_any_address_makes_no_message_and_no_fault(cast, make_customer, deliver, told, app, later):
    make_customer("Toko Diam")
    later()
    deliver("testing.report.sent", cast.report(customer_id=cast.id("Toko Diam")))

    assert told() == set()
    assert _dead(app) == 0


def test_the_refused_registrant_reads_the_answer_although_the_account_is_not_active(cast, deliver, told):
    customer_id = cast.id("PT Calon")
    deliver("identity.customer.registered", {"customer_id": customer_id, "name": "PT Calon"})
    member = {"user_id": cast.id("Calon"), "customer_id": customer_id, "name": "Calon", "email": "calon@pt.test"}
    deliver("identity.member.changed", {**member, "is_active": False})
    deliver("identity.customer.refused", {"customer_id": customer_id, "name": "PT Calon"})

    assert told(event_type="identity.customer.registered") == both("Customer_Service")
    assert told(event_type="identity.customer.refused") == {("Calon", "email")}


def test_news_from_long_ago_is_copied_but_not_told(cast, deliver, messages):
    deliver("testing.order.submitted", cast.order(), time=now() - timedelta(days=30))
    assert messages() == []


def test_an_event_without_a_fact_its_words_need_ends_before_a_person_and_tells_nobody(cast, deliver, messages, app):
    facts = cast.order()
    del facts["pre_number"]
    deliver("testing.order.submitted", facts)

    assert messages() == []
    assert _dead(app) == 1


def test_ids_that_are_none_end_as_a_dead_letter_at_once(cast, deliver, app):
    deliver("testing.order.submitted", cast.order(customer_id="siapa"))
    assert _dead(app) == 1


def test_events_nobody_waits_for_pass_silently(cast, deliver, messages, app):
    deliver("training.class.opened", {"class_id": cast.id("kelas")})
    assert messages() == []
    assert _dead(app) == 0


def _dead(app):
    import sqlalchemy as sa

    from chassis.db import db
    from chassis.events.dead_letters import DeadLetter

    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(DeadLetter))


def _wait_no_longer(app):
    import sqlalchemy as sa

    from chassis.db import atomic, db
    from chassis.events import handling
    from chassis.events.inbox import Inbox

    with app.app_context(), atomic():
        db.session.execute(sa.update(Inbox).values(next_attempt_at=None))
    handling.drain(app)
