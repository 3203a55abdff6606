"""What is said later, and what is not said because it settled itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from chassis.db import db
from svc_notify import reminders
from svc_notify.models import Reminder

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 at the office


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pass_days(app, clock):
    def move(days: float) -> None:
        clock.shift(timedelta(days=days))
        with app.app_context():
            reminders.write_due()
            db.session.remove()

    return move


@pytest.fixture
def planned(app):
    def look(status: str = "pending") -> list[datetime]:
        with app.app_context():
            return list(
                db.session.scalars(
                    sa.select(Reminder.due_at).where(Reminder.status == status).order_by(Reminder.due_at)
                )
            )

    return look


def titles(messages) -> list[str]:
    return [message.title for message in messages("bell") if message.event_id.startswith("reminder:")]


def test_an_analyst_hears_the_working_day_before_the_target_and_both_the_day_after(
    cast, deliver, messages, pass_days, planned, clock
):
    deliver("testing.analysis.assigned", cast.analysis(target_on="2026-11-30"))  # a Monday
    assert planned() == [datetime(2026, 11, 27, 1, 0, tzinfo=UTC), datetime(2026, 12, 1, 1, 0, tzinfo=UTC)]

    pass_days(3)
    assert titles(messages) == []
    pass_days(1)
    assert titles(messages) == ["Target dekat: pH, sampel P.00521 - 2026"]
    pass_days(4)
    assert {(m.recipient_name, m.channel) for m in messages() if m.title.startswith("Lewat target")} == {
        (name, channel) for name in ("Analyst", "Supervisor") for channel in ("bell", "email")
    }
    pass_days(30)
    assert len(titles(messages)) == 3


def test_days_on_which_the_office_is_closed_are_no_working_days(cast, deliver, planned, clock):
    days = [
        {"date": "2026-11-27", "kind": "local_closure", "note": "x"},
        {"date": "2026-12-01", "kind": "national_holiday", "note": "y"},
    ]
    deliver("identity.calendar.changed", {"year": 2026, "days": days})
    deliver("testing.analysis.assigned", cast.analysis(target_on="2026-11-30"))

    assert planned() == [datetime(2026, 11, 26, 1, 0, tzinfo=UTC), datetime(2026, 12, 2, 1, 0, tzinfo=UTC)]


def test_who_has_submitted_is_not_reminded(cast, deliver, messages, pass_days, planned):
    deliver("testing.analysis.assigned", cast.analysis(target_on="2026-11-30"))
    deliver("testing.analysis.submitted", cast.analysis())
    pass_days(30)

    assert planned() == []
    assert titles(messages) == []


def test_a_reassigned_analysis_reminds_the_new_analyst_of_the_new_target(
    cast, deliver, make_staff, messages, pass_days, planned
):
    make_staff("analyst", label="analis2")
    deliver("testing.analysis.assigned", cast.analysis(target_on="2026-11-30"))
    deliver("testing.analysis.reassigned", cast.analysis(target_on="2026-12-07", analyst_id=cast.id("analis2")))
    pass_days(12)

    assert {m.recipient_name for m in messages() if m.title.startswith("Target dekat")} == {"Analis2"}


def test_a_cancelled_order_ends_the_reminders_of_its_samples(cast, deliver, messages, pass_days):
    deliver("testing.sample.refused", cast.sample())
    pass_days(4)
    assert len(titles(messages)) == 2
    deliver("testing.order.cancelled", cast.order())
    pass_days(30)
    assert len(titles(messages)) == 2


def test_an_expired_ebilling_warns_on_day_7_and_21_until_it_is_asked_for_again(cast, deliver, messages, pass_days):
    facts = cast.invoice(status="expired", expires_at="2026-11-23T02:00:00Z")
    deliver("billing.invoice.expired", facts)
    pass_days(8)
    assert [title for title in titles(messages) if "belum dibayar" in title] == ["Order POP-180 belum dibayar"]
    deliver("billing.invoice.reopened", facts)
    pass_days(30)
    assert [title for title in titles(messages) if "belum dibayar" in title] == ["Order POP-180 belum dibayar"]


def test_an_event_told_three_times_reminds_once(cast, deliver, messages, pass_days):
    for _ in range(3):
        deliver("testing.report.sent", cast.report(), id=cast.id("event"))
    pass_days(31)
    pass_days(0)
    assert titles(messages) == ["Laporan cetak 707/LP belum diambil"]


def test_what_is_already_past_when_we_hear_of_it_is_not_said(cast, deliver, planned, clock):
    deliver("testing.analysis.assigned", cast.analysis(target_on="2026-11-02"))
    assert planned() == []
