"""Every example another service gives of its events is understood: consumed three times, told once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from chassis.db import db, now
from chassis.events import handling, inbox
from chassis.events.dead_letters import DeadLetter
from chassis.events.envelope import parse
from chassis.testing import CONTRACTS, example
from svc_notify import wording
from svc_notify.models import Message

EXAMPLES = sorted(path.stem for path in (CONTRACTS / "events").glob("*.json"))
PERSONAL = ("supervisor_id", "analyst_id")


@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_example_told_three_times_makes_one_message_per_recipient_and_channel(
    kind, cast, app, make_staff, make_customer
):
    envelope = example(kind)
    facts = envelope["data"]
    tells_of_a_new_customer = kind.startswith("identity.customer.") and kind != "identity.customer.refused"
    if facts.get("customer_id") and not tells_of_a_new_customer:
        make_customer("PT Pembanding", customer_id=facts["customer_id"], members={"Wati": "wati@pembanding.test"})
    for field in PERSONAL:
        if facts.get(field):
            make_staff(field.removesuffix("_id"), label=f"{field}.kontrak", user_id=facts[field])
    if kind in ("identity.member.invited", "identity.password_reset.requested") or kind.endswith(".export.closed"):
        make_staff("analyst", label="penerima", user_id=facts["user_id"])
    body = replace(parse(_bytes(envelope)), time=now()).to_json()

    for _ in range(3):
        with app.app_context():
            inbox.store([body])
        handling.drain(app)

    with app.app_context():
        letters = [letter.reason for letter in db.session.scalars(sa.select(DeadLetter))]
        pending = db.session.scalar(
            sa.select(sa.func.count()).select_from(inbox.Inbox).where(inbox.Inbox.status == "pending")
        )
        told = Counter(
            (row.recipient, row.channel)
            for row in db.session.scalars(sa.select(Message).where(Message.event_id == envelope["id"]))
        )
    assert (letters, pending) == ([], 0)
    assert all(times == 1 for times in told.values())
    expected = [template for template in wording.messages().get(kind, ()) if template.fits(facts)]
    assert bool(told) == bool(expected)


def _bytes(envelope):
    import json

    return json.dumps(envelope).encode()
