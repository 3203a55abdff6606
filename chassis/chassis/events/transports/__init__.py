"""What carries events between services. Two carriers, one promise, chosen by `BUS_URL`.

The promise: an event that `publish` does not refuse reaches every queue bound to its type at least once, survives
crashes and restarts, and within one partition key first arrives in the order of publishing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy.engine import make_url

from chassis.events.envelope import Event

UNROUTABLE = "no queue is bound to this type"
BEHIND = "an earlier event of the same partition key was refused"

Store = Callable[[list[bytes]], None]


class BusDown(Exception):
    """The bus cannot be reached; nothing is known about what was being published."""


class Transport(Protocol):
    def declare(self, queue: str, patterns: Sequence[str]) -> None:
        """Make the durable queue and bind it to these patterns."""

    def publish(self, events: Sequence[Event]) -> dict[str, str]:
        """Hand over; returns the refused ones, id → why. After a refused one no later one of its key is accepted."""

    def receive(self, queue: str, store: Store, stop: threading.Event) -> None:
        """Give batches to `store` until `stop`; acknowledge each only after `store` has returned."""

    def close(self) -> None: ...


def connect(url: str) -> Transport:
    if url.startswith("sqlite:"):
        from chassis.events.transports.embedded import Embedded

        return Embedded(str(make_url(url).database))
    if url.startswith(("amqp:", "amqps:")):
        from chassis.events.transports.rabbitmq import RabbitMQ

        return RabbitMQ(url)
    raise ValueError(f"BUS_URL is neither sqlite: nor amqp: {url.split(':')[0]}")
