"""Mail is handed over at least once; a second copy only when the server's answer was lost, and then with the same Message-ID."""

from __future__ import annotations

import random
import socket
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from chassis.db import atomic, db, now
from svc_notify import messages as rules
from svc_notify.models import Message

FAULTS = ("ok", "drop", "4xx", "rcpt4xx", "lose", "5xx", "rcpt5xx")


def test_a_letter_goes_out_once_and_says_so(queue, sender, rounds, post, messages):
    (message_id,) = queue("rina@tirta.test")
    rounds(sender())

    (letter,) = post.copies("rina@tirta.test")
    assert letter["Message-ID"] == message_id
    (message,) = messages()
    assert (message.status, message.attempts, message.doubtful_attempts, message.error) == ("sent", 1, 0, None)
    assert "diterima" in message.provider_id


@pytest.mark.parametrize("fault", ["drop", "4xx", "rcpt4xx"])
def test_a_letter_the_server_did_not_take_is_tried_again_and_arrives_once(queue, sender, rounds, post, messages, fault):
    queue("rina@tirta.test")
    post.faults["rina@tirta.test"] = [fault, fault]
    rounds(sender())

    assert len(post.copies("rina@tirta.test")) == 1
    assert messages()[0].attempts == 3


@pytest.mark.parametrize("fault", ["5xx", "rcpt5xx"])
def test_a_letter_refused_for_good_is_not_tried_again(queue, sender, rounds, post, messages, fault):
    queue("salah@tirta.test", "rina@tirta.test")
    post.faults["salah@tirta.test"] = [fault]
    rounds(sender())

    assert post.copies("salah@tirta.test") == []
    assert len(post.copies("rina@tirta.test")) == 1
    failed = messages(address="salah@tirta.test")[0]
    assert (failed.status, failed.attempts) == ("failed", 1)
    assert failed.error[:3] in ("554", "550")


def test_a_lost_acknowledgement_brings_a_second_copy_with_the_same_message_id_and_is_counted(
    queue, sender, rounds, post, messages
):
    (message_id,) = queue("rina@tirta.test")
    post.faults["rina@tirta.test"] = ["lose"]
    rounds(sender())

    first, second = post.copies("rina@tirta.test")
    assert first["Message-ID"] == second["Message-ID"] == message_id
    assert first.as_bytes() == second.as_bytes()
    assert messages()[0].doubtful_attempts == 1


def test_many_letters_to_a_server_that_misbehaves_at_random(queue, sender, rounds, post, messages):
    """300 letters; every fault is known, so every copy must be explained."""
    dice = random.Random(8)
    addresses = [f"orang{number}@contoh.test" for number in range(300)]
    for address in addresses:
        post.faults[address] = dice.choices(FAULTS, weights=(6, 2, 1, 1, 2, 1, 1), k=dice.randint(0, 3))
    ids = dict(zip(addresses, queue(*addresses), strict=True))
    rounds(sender(send_attempts=20))

    seen = Counter(fault for done in post.done.values() for fault in done)
    assert min(seen[fault] for fault in FAULTS) >= 5
    for message in messages():
        faults, copies = post.done[message.address], post.copies(message.address)
        assert len(copies) == faults.count("lose") + faults.count("ok")
        assert {letter["Message-ID"] for letter in copies} <= {ids[message.address]}
        assert message.status == ("failed" if faults[-1] in ("5xx", "rcpt5xx") else "sent")
        assert message.doubtful_attempts == faults.count("lose") + faults.count("drop")
        assert message.attempts == len(faults)


def test_a_server_that_is_away_costs_one_attempt_per_round_not_one_per_letter(queue, sender, app, messages):
    queue("a@contoh.test", "b@contoh.test", "c@contoh.test")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = sender(smtp_url=f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        with app.app_context():
            assert nobody.step() == 1

    assert Counter(message.attempts for message in messages()) == {0: 2, 1: 1}
    assert {message.status for message in messages()} == {"queued"}


def test_a_server_that_is_away_is_asked_less_and_less_often(queue, sender, app, monkeypatch):
    queue(*(f"orang{number}@contoh.test" for number in range(9)))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = sender(smtp_url=f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        pauses: list[float] = []
        monkeypatch.setattr(
            nobody.stop, "wait", lambda seconds: pauses.append(seconds) or (len(pauses) == 8 and nobody.stop.set())
        )
        with app.app_context():
            nobody.run()

    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]


def test_waits_grow_up_to_a_day():
    waits = [rules.wait(attempt) for attempt in range(1, 15)]
    assert waits[0] <= timedelta(minutes=1)
    assert all(later > earlier for earlier, later in pairwise(waits[:8]))
    assert max(waits) <= timedelta(days=1)


def test_after_the_last_attempt_a_message_is_shown_as_exhausted_and_can_be_queued_again(
    queue, sender, rounds, post, messages, app
):
    queue("rina@tirta.test")
    post.faults["rina@tirta.test"] = ["4xx"] * 3
    rounds(sender(send_attempts=3))
    assert messages()[0].status == "exhausted"

    assert app.test_cli_runner().invoke(args=["retry-messages"]).output.strip() == "1 messages queued"
    rounds(sender(send_attempts=3))
    assert messages()[0].status == "sent"
    assert len(post.copies("rina@tirta.test")) == 1


def test_two_senders_never_hold_the_same_message(queue, sender, app):
    queue(*(f"orang{number}@contoh.test" for number in range(10)))
    with app.app_context():
        first = rules.lease(6, seconds=600, attempts=5)
        second = rules.lease(6, seconds=600, attempts=5)

    assert len(first) == 6
    assert len(second) == 4
    assert not {one.id for one in first} & {one.id for one in second}


def test_a_sender_that_was_overtaken_changes_nothing(queue, app, messages):
    from svc_notify.channels import Outcome

    queue("rina@tirta.test")
    with app.app_context():
        (slow,) = rules.lease(1, seconds=600, attempts=5)
        with atomic():
            db.session.execute(sa.update(Message).values(next_attempt_at=now()))
        (fast,) = rules.lease(1, seconds=600, attempts=5)
        assert rules.settle(slow.id, slow.lease, Outcome(error="x", is_permanent=True), attempts=5) is None
        assert rules.settle(fast.id, fast.lease, Outcome(is_sent=True), attempts=5) == "sent"

    assert (messages()[0].status, messages()[0].doubtful_attempts) == ("sent", 1)


@pytest.mark.parametrize(
    "address", ["", "tanpa-at", "@x.test", "a@", "dua@kata x@y", "a@b.test\r\nBcc: c@d.test", "é@contoh.test"]
)
def test_what_is_no_address_fails_at_once_with_its_reason(queue, sender, rounds, post, messages, address):
    queue(address)
    rounds(sender())

    assert post.taken == []
    assert messages()[0].status == "failed"
    assert "not an e-mail address" in messages()[0].error
