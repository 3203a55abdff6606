"""A real mail server that misbehaves on demand."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from chassis.db import atomic, db, new_id, now
from svc_notify import config
from svc_notify.models import Message
from svc_notify.sending import Sender


class Post:
    """What the server has taken, and how it treats the next letters. `faults` maps a recipient to what happens to it, in turn."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.faults: dict[str, list[str]] = {}
        self.done: dict[str, list[str]] = {}
        self.seconds = 0.0

    def next_fault(self, recipient: str) -> str:
        planned = self.faults.get(recipient, [])
        fault = planned.pop(0) if planned else "ok"
        self.done.setdefault(recipient, []).append(fault)
        return fault

    def copies(self, recipient: str) -> list[Any]:
        return [letter for to, letter in self.taken if to == recipient]


class FaultyServer(SMTP):
    """Faults: `drop` in the middle of DATA, `4xx`/`5xx` after DATA, `rcpt4xx`/`rcpt5xx` before it, `lose` the acknowledgement."""

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._post, self._fault = post, "ok"

    async def smtp_RCPT(self, arg: str) -> None:
        recipient = arg.partition("<")[2].partition(">")[0]
        self._fault = self._post.next_fault(recipient)
        if self._fault == "rcpt4xx":
            await self.push("451 coba lagi nanti")
        elif self._fault == "rcpt5xx":
            await self.push("550 alamat tidak dikenal")
        else:
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self._fault == "drop":
            await self.push("354 go on")
            await self._reader.read(20)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def handle_letter(self, envelope: Any) -> str:
        await asyncio.sleep(self._post.seconds)
        if self._fault in ("4xx", "5xx"):
            return {"4xx": "452 penuh", "5xx": "554 ditolak"}[self._fault]
        self._post.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        if self._fault == "lose":
            self.transport.abort()
        return "250 OK diterima"


class _Handler:
    async def handle_DATA(self, server: FaultyServer, session: Any, envelope: Any) -> str:
        return await server.handle_letter(envelope)


class MailServer(Controller):
    def __init__(self, post: Post) -> None:
        super().__init__(_Handler(), hostname="127.0.0.1", port=_free_port())
        self.post = post

    def factory(self) -> FaultyServer:
        return FaultyServer(self.post, self.handler, enable_SMTPUTF8=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def mail_server(post: Post) -> Iterator[str]:
    """The address of a running mail server."""
    server = MailServer(post)
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def queue(app: Any) -> Callable[..., list[str]]:
    """Put messages to these addresses into the queue; returns their Message-IDs."""

    def put(*addresses: str, **facts: Any) -> list[str]:
        with app.app_context(), atomic():
            written = [_message(address, **facts) for address in addresses]
            db.session.add_all(written)
            db.session.flush()
            return [f"<{message.id}@127.0.0.1>" for message in written]

    return put


def _message(address: str, **facts: Any) -> Message:
    about = {"event_id": str(new_id()), "event_type": "testing.report.sent", "template": "contoh", "recipient": address}
    words = {"title": "Laporan hasil uji tersedia", "body": "Laporan dapat diunduh.", "link": "/pengujian/order/1"}
    named = {"recipient_name": "Rina", "channel": "email", "address": address, "next_attempt_at": now()}
    return Message(**{**about, **words, **named, **facts})


@pytest.fixture
def sender(app: Any, mail_server: str) -> Iterator[Callable[..., Sender]]:
    """A send process in this process, talking to the mail server."""
    made: list[Sender] = []

    def make(**settings: Any) -> Sender:
        with app.app_context():
            chosen = {"smtp_url": mail_server, "mail_timeout": 2.0, "mail_from": "layanan@balai.test", **settings}
            made.append(Sender(replace(config.current(), **chosen)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def rounds(app: Any) -> Callable[..., None]:
    """Let the sender work until nothing is left, every wait being over at once."""

    def run(sender: Sender, limit: int = 200) -> None:
        for _ in range(limit):
            with app.app_context():
                sender.step()
                open_ = sa.update(Message).where(Message.status == "queued").values(next_attempt_at=now())
                with atomic():
                    left = db.session.execute(open_).rowcount
            if not left:
                return
        raise AssertionError("still not done")

    return run
