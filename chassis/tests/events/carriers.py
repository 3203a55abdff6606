"""A transport under test, and threads that receive from it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chassis.events import Event
from chassis.events.envelope import parse
from chassis.events.transports import Transport

PATIENCE = 20.0


def make_event(kind: str = "shop.order.placed", key: str = "one", number: int = 0, **data: Any) -> Event:
    return Event(
        id=str(uuid.uuid4()),
        type=kind,
        source="/svc-shop",
        time=datetime.now(UTC),
        partition_key=key,
        data={"number": number, **data},
    )


def eventually(holds: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Wait until it holds; fail when it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.02)


@dataclass
class Carrier:
    name: str
    mark: str
    make: Callable[[], Transport]
    url: str
    queues: set[str] = field(default_factory=set)
    made: list[Transport] = field(default_factory=list)

    def open(self) -> Transport:
        self.made.append(self.make())
        return self.made[-1]

    def queue(self, name: str, *patterns: str) -> str:
        """A declared queue of this test."""
        own = f"{name}.{self.mark}"
        self.queues.add(own)
        self.open().declare(own, patterns)
        return own

    def close(self) -> None:
        for transport in self.made:
            transport.close()

    @contextmanager
    def receiving(self, queue: str, store: Callable[[list[bytes]], None]) -> Iterator[None]:
        """Receive in a thread for the length of the block."""
        stop = threading.Event()
        transport = self.open()
        thread = threading.Thread(target=transport.receive, args=(queue, store, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive(), "the receiver did not stop"

    def collect(self, queue: str, count: int) -> list[Event]:
        """The next `count` events of the queue."""
        bodies: list[bytes] = []
        with self.receiving(queue, bodies.extend):
            eventually(lambda: len(bodies) >= count)
        return [parse(body) for body in bodies]

    def is_empty(self, queue: str) -> bool:
        bodies: list[bytes] = []
        with self.receiving(queue, bodies.extend):
            time.sleep(1.2)
        return not bodies
