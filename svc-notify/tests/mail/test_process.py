"""The send process: several copies, killed at any moment, told to stop."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import fields

import pytest

from chassis.config import Settings
from chassis.db import db


@pytest.fixture
def start(app, mail_server):
    """Start `flask --app svc_notify send` on the test's database."""
    running: list[subprocess.Popen] = []

    def spawn(**settings: str) -> subprocess.Popen:
        own = {field.name.upper(): str(app.config[field.name.upper()]) for field in fields(Settings)}
        mail = {"SMTP_URL": mail_server, "MAIL_FROM": "layanan@balai.test", "MAIL_TIMEOUT": "0.5", "SEND_LEASE": "3"}
        command = [sys.executable, "-m", "flask", "--app", "svc_notify", "send"]
        environment = {**os.environ, **own, **mail, **settings}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.append(process)
        return process

    yield spawn
    for process in running:
        process.kill()
        process.wait()


def wait_until(is_true, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.1)


@pytest.mark.slow
def test_senders_killed_at_any_moment_lose_nothing_and_every_second_copy_is_counted(queue, start, post, messages):
    post.seconds = 0.02
    addresses = [f"orang{number}@contoh.test" for number in range(120)]
    ids = dict(zip(addresses, queue(*addresses), strict=True))
    dice = random.Random(3)
    senders = [start(), start()]
    for _ in range(6):
        seen = len(post.taken)
        wait_until(lambda seen=seen: len(post.taken) >= min(seen + 8, len(addresses)))
        time.sleep(dice.random() * 0.05)
        victim = senders.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        senders.append(start())
    wait_until(lambda: all(message.status == "sent" for message in messages()))

    for message in messages():
        copies = post.copies(message.address)
        assert 1 <= len(copies) <= 1 + message.doubtful_attempts
        assert {letter["Message-ID"] for letter in copies} == {ids[message.address]}


def test_a_sender_told_to_stop_finishes_the_letter_in_hand_and_gives_back_the_rest(queue, start, post, messages):
    post.seconds = 0.3
    queue(*(f"orang{number}@contoh.test" for number in range(20)))
    sender = start(MAIL_TIMEOUT="5", SEND_LEASE="600")
    wait_until(lambda: len(post.taken) >= 2)
    asked = time.monotonic()
    sender.terminate()
    assert sender.wait(10) == 0
    assert time.monotonic() - asked < 10

    by_status = {status: [m for m in messages() if m.status == status] for status in ("sent", "queued", "sending")}
    assert by_status["sending"] == []
    assert len(by_status["sent"]) == len(post.taken)
    assert all(message.attempts == 0 for message in by_status["queued"])
    assert not [message for message in messages() if message.doubtful_attempts]


def test_no_transaction_is_open_while_the_network_is_waited_for(queue, sender, app, post):
    """Another writer gets in although the mail server takes its time."""
    import threading

    import sqlalchemy as sa

    from chassis.db import atomic
    from svc_notify.models import Message

    post.seconds = 1.0
    queue("lambat@contoh.test")
    slow = sender()

    def deliver() -> None:
        with app.app_context():
            slow.step()

    thread = threading.Thread(target=deliver)
    thread.start()
    time.sleep(0.4)
    began = time.monotonic()
    with app.app_context():
        with atomic():
            db.session.execute(sa.update(Message).values(body="lain"))
        db.session.remove()
    assert time.monotonic() - began < 0.5
    thread.join()
