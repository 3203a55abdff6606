"""Says again, in any order, what was said before; and says what nobody can understand."""

import json
import random
import sqlite3
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pika

from bench.chaos.databases import Databases
from bench.chaos.journal import Journal
from bench.chaos.sizes import Size
from chassis.events.subscriptions import fits
from chassis.events.transports.rabbitmq import EXCHANGE

BATCH = 40
LEAST_PAUSE = 0.05


class Wire:
    """Bytes to the bus as they are, valid or not."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: Any = None

    def send(self, messages: list[tuple[str, str, bytes]]) -> None:
        """(type, partition key, body) each; returns when the bus has them."""
        if self._address.startswith("sqlite"):
            self._embedded(messages)
            return
        try:
            channel = self._open()
            for type_, _, body in messages:
                channel.basic_publish(EXCHANGE, type_, body, pika.BasicProperties(delivery_mode=2), mandatory=True)
        except Exception:
            self._connection = None
            raise

    def _open(self) -> Any:
        if self._connection is None:
            self._connection = pika.BlockingConnection(pika.URLParameters(self._address))
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        return self._channel

    def _embedded(self, messages: list[tuple[str, str, bytes]]) -> None:
        with sqlite3.connect(self._address.removeprefix("sqlite:///"), timeout=30) as connection:
            bindings = connection.execute("SELECT queue, pattern FROM binding").fetchall()
            for type_, key, body in messages:
                # another name on the bus: the embedded bus takes a message that is on its way only once
                row = connection.execute(
                    "INSERT INTO message (id, partition_key, body) VALUES (?, ?, ?)", (uuid.uuid4().hex, key, body)
                )
                connection.executemany(
                    "INSERT INTO delivery (queue, seq, partition_key) VALUES (?, ?, ?)",
                    [(queue, row.lastrowid, key) for queue in {q for q, pattern in bindings if fits(pattern, type_)}],
                )
        connection.close()


class Redeliverer(threading.Thread):
    """Takes what svc-notify, which hears everything, has been told, and tells everybody once more, 1 to 5 times."""

    def __init__(self, databases: Databases, bus: str, size: Size, folder: Path, seed: int) -> None:
        super().__init__(name="redeliverer", daemon=True)
        self.journal = Journal(folder / "redelivery.jsonl")
        self.stop = threading.Event()
        self.sent = self.poisoned = 0
        self._databases, self._wire, self._size = databases, Wire(bus), size
        self._random = random.Random(seed)
        self._known: list[tuple[str, str, bytes]] = []
        self._last = 0

    @property
    def is_through(self) -> bool:
        return self.sent >= self._size.deliveries and self.poisoned >= self._size.poison

    def run(self) -> None:
        began, pause = time.monotonic(), self._size.seconds / (self._size.deliveries / BATCH)
        while not self.stop.is_set() and not self.is_through:
            planned = began + pause * (self.sent / BATCH + 1)  # what a restart or a slow broker held up is made up for
            time.sleep(max(LEAST_PAUSE, planned - time.monotonic()))
            try:
                self._learn()
                if self._known:
                    self._repeat()
                    self._poison()
            except Exception as away:  # the bus or the database is being restarted
                self.journal.write("waits", why=f"{type(away).__name__}: {away}"[:300])
                time.sleep(0.5)

    def _learn(self) -> None:
        query = f"SELECT seq, type, partition_key, body FROM inbox WHERE seq > {self._last} AND status = 'done' ORDER BY seq"
        for row in self._databases.rows("notify", query):
            self._known.append((row["type"], row["partition_key"], row["body"].encode()))
            self._last = row["seq"]

    def _repeat(self) -> None:
        copies = []
        while len(copies) < BATCH and self.sent + len(copies) < self._size.deliveries:
            copies += [self._random.choice(self._known)] * self._random.randint(1, 5)
        self._random.shuffle(copies)
        if copies:
            self._wire.send(copies)
            self.sent += len(copies)
            self.journal.write("redelivered", count=len(copies))

    def _poison(self) -> None:
        if (
            self.poisoned >= self._size.poison
            or self._random.random() > 2 * BATCH / self._size.deliveries * self._size.poison
        ):
            return
        mark, key = f"poison-{uuid.uuid4()}", self._random.choice(self._known)[1]
        brew = self._random.choice(POISON)
        message = brew(mark, key)
        self._wire.send([message])
        self.poisoned += 1
        self.journal.write("poison", mark=mark, type=message[0], is_event=brew in (_wrong_facts, _wrong_ids))


def _envelope(mark: str, key: str, type_: str, facts: dict[str, Any], version: str = "1.0") -> tuple[str, str, bytes]:
    event = {
        "specversion": version,
        "id": mark,
        "source": "/svc-poison",
        "type": type_,
        "partitionkey": key,
        "time": "2026-01-01T00:00:00Z",
        "data": facts,
    }
    return type_, key, json.dumps(event).encode()


def _noise(mark: str, key: str) -> tuple[str, str, bytes]:
    return "testing.order.forwarded", key, b"\xff\xfe\x00 " + mark.encode()


def _no_event(mark: str, key: str) -> tuple[str, str, bytes]:
    return "billing.invoice.paid", key, json.dumps({"halo": mark}).encode()


def _old_envelope(mark: str, key: str) -> tuple[str, str, bytes]:
    return _envelope(mark, key, "billing.invoice.paid", {}, version="0.3")


def _wrong_facts(mark: str, key: str) -> tuple[str, str, bytes]:
    return _envelope(mark, key, "testing.order.forwarded", {"order_id": 12})


def _wrong_ids(mark: str, key: str) -> tuple[str, str, bytes]:
    return _envelope(mark, key, "documents.document.rendered", {"document_id": "bukan-id", "kind": "test_report"})


POISON = (_noise, _no_event, _old_envelope, _wrong_facts, _wrong_ids)
