"""The mailbox of the demo."""

from __future__ import annotations

import pytest

from chassis.config import BadSettings, load
from chassis.testing import settings
from svc_notify import create_app
from svc_notify.config import Config


def test_mail_of_the_demo_is_read_in_the_mailbox(cast, deliver, send, as_, messages):
    deliver("testing.report.sent", cast.report())
    assert send() == 1

    page = as_("customer").get("/api/v1/notify/mailbox").get_json()
    (letter,) = page["items"]
    assert page["count"] == 1
    assert (letter["to"], letter["to_name"]) == ("rina@tirta.test", "Rina")
    assert letter["link"] == f"http://127.0.0.1:8080/pengujian/order/{cast.id('order')}"
    assert as_("customer").get(f"/api/v1/notify/mailbox/{letter['id']}").get_json() == letter
    assert messages("email")[0].provider_id == letter["message_id"]


def test_a_letter_is_in_the_mailbox_once_although_the_sender_was_killed_before_noting_it(cast, deliver, send, as_, app):
    import sqlalchemy as sa

    from chassis.db import atomic, db, now
    from svc_notify.models import Message

    deliver("testing.report.sent", cast.report())
    send()
    with app.app_context(), atomic():
        mailed = sa.update(Message).where(Message.channel == "email")
        db.session.execute(mailed.values(status="sending", next_attempt_at=now()))
    send()

    assert as_("customer").get("/api/v1/notify/mailbox").get_json()["count"] == 1


def test_the_mailbox_is_for_people_who_are_signed_in(app):
    assert app.test_client().get("/api/v1/notify/mailbox").status_code == 401


def test_where_mail_is_really_sent_there_is_no_mailbox(tmp_path, trusted):
    url = f"sqlite:///{tmp_path}/x.db"
    app = create_app(**settings("svc_notify", tmp_path, trusted, url), smtp_url="smtp://127.0.0.1:25")
    assert not [rule for rule in app.url_map.iter_rules() if "mailbox" in rule.rule]


def test_production_does_not_start_with_a_mailbox(tmp_path, trusted):
    engines = {"bus_url": "amqp://bus/", "celery_broker_url": ""}
    chosen = {**settings("svc_notify", tmp_path, trusted, "postgresql://db/x"), **engines, "environment": "production"}
    with pytest.raises(BadSettings, match="SMTP_URL"):
        load(Config, {}, **chosen)
    assert load(Config, {}, **chosen, smtp_url="smtp://mail:25", mail_from="a@b.id").smtp_url == "smtp://mail:25"
