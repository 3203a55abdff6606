"""A consumer to be killed: writes what it stores to a file. `python receiver.py URL EXCHANGE QUEUE FILE`."""

import sys
import threading
from pathlib import Path

from chassis.events.transports.embedded import Embedded
from chassis.events.transports.rabbitmq import RabbitMQ

url, exchange, queue, target = sys.argv[1:]
transport = (
    Embedded(url.removeprefix("sqlite:///"), lease_seconds=0.5)
    if url.startswith("sqlite")
    else RabbitMQ(url, exchange=exchange)
)


def store(bodies: list[bytes]) -> None:
    with Path(target).open("ab") as file:
        file.writelines(body + b"\n" for body in bodies)


transport.receive(queue, store, threading.Event())
