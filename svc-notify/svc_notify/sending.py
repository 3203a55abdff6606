"""The send process: lease, carry, settle. Any number of copies; may be killed at any moment."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta

import structlog
from flask import Flask

from chassis.db import db, now
from chassis.heartbeat import Stop
from chassis.http import Peer
from chassis.problems import Unavailable
from svc_notify import messages
from svc_notify.channels import CHANNELS, Carrier, Outcome
from svc_notify.config import Config
from svc_notify.models import Message

IDLE_SECONDS = 1.0
LONGEST_PAUSE = 60.0
log = structlog.get_logger("send")


class Sender:
    def __init__(self, config: Config, stop: threading.Event | None = None) -> None:
        self.config = config
        self.stop = stop or threading.Event()
        self.is_blocked = False
        self._carriers: dict[str, Carrier] = {}

    def run(self) -> None:
        """A server that is away is asked less and less often, up to once a minute."""
        pause = IDLE_SECONDS
        while not self.stop.is_set():
            tried = self.step()
            pause = min(2 * pause, LONGEST_PAUSE) if self.is_blocked else IDLE_SECONDS
            if self.is_blocked or not tried:
                self.close()
                self.stop.wait(pause)
        self.close()

    def step(self) -> int:
        """Try one batch; returns how many were tried. What is not tried is given back."""
        config = self.config
        batch = messages.lease(config.send_batch, seconds=config.send_lease, attempts=config.send_attempts)
        tried, self.is_blocked = 0, False
        for message in batch:
            assert message.lease is not None
            if self.is_blocked or self.stop.is_set() or not self._has_time_for(message):
                messages.release(message.id, message.lease)
                continue
            outcome = self._carry(message)
            status = messages.settle(message.id, message.lease, outcome, attempts=config.send_attempts)
            log.info("message", id=str(message.id), channel=message.channel, status=status, error=outcome.error)
            tried, self.is_blocked = tried + 1, outcome.stops_batch
        db.session.remove()
        return tried

    def _carry(self, message: Message) -> Outcome:
        if message.secret_link_id:
            failure = _fetch_link(message)
            if failure:
                return failure
        return self._carrier(message.channel).carry(message)

    def _carrier(self, channel: str) -> Carrier:
        if channel not in self._carriers:
            carrier = CHANNELS[channel].carrier
            assert carrier is not None, f"{channel} has no carrier"
            self._carriers[channel] = carrier(self.config)
        return self._carriers[channel]

    def _has_time_for(self, message: Message) -> bool:
        """No attempt begins that could outlive its lease and be made a second time by another process."""
        assert message.next_attempt_at is not None
        return message.next_attempt_at - now() > timedelta(seconds=4 * self.config.mail_timeout)

    def close(self) -> None:
        for carrier in self._carriers.values():
            carrier.close()
        self._carriers.clear()


def _fetch_link(message: Message) -> Outcome | None:
    """Ask svc-identity for a one-use link just before it goes out; it is never stored."""
    try:
        answer = Peer("identity").get(f"/internal/links/{message.secret_link_id}")
    except LookupError:
        return Outcome(error="Tautan sudah dipakai, diganti, atau habis masa berlakunya.", is_permanent=True)
    except Unavailable as error:
        return Outcome(error=str(error.detail))
    message.link, message.address = answer["url"], answer["email"] or message.address
    return None


def serve(app: Flask, config: Config) -> None:
    """Run until SIGTERM or SIGINT; the attempt in hand is finished first."""
    sender = Sender(config, Stop(config.heartbeat_file))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sender.stop.set())
    with app.app_context():
        sender.run()
