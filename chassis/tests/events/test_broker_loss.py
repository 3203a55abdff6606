"""RabbitMQ goes away and comes back: nothing is lost, the order stays, and nobody has to start anything again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chassis.events import Event
from chassis.events.envelope import parse
from chassis.events.transports import BusDown, Transport
from chassis.events.transports.rabbitmq import RabbitMQ
from deploy.engines import RabbitMQ as Broker
from tests.events.carriers import Carrier, eventually, make_event
from tests.events.conftest import remove
from tests.events.wire import Wire

pytestmark = pytest.mark.real


@pytest.fixture
def wire(amqp_url: str) -> Iterator[Wire]:
    parts = urlsplit(amqp_url)
    laid = Wire(str(parts.hostname), parts.port or 5672)
    yield laid
    laid.close()


@pytest.fixture
def wired(amqp_url: str, wire: Wire) -> Iterator[Carrier]:
    mark = uuid.uuid4().hex[:10]
    url = amqp_url.replace(f":{urlsplit(amqp_url).port}", f":{wire.port}").replace("localhost", "127.0.0.1")
    carrier = Carrier("rabbitmq", mark, lambda: RabbitMQ(url, exchange=f"test.{mark}"), url)
    yield carrier
    carrier.close()
    remove(amqp_url, f"test.{mark}", carrier.queues)


def publish_all(sender: Transport, events: list[Event]) -> None:
    """As the relay does: what is not confirmed is published again."""
    while True:
        try:
            assert sender.publish(events) == {}
        except BusDown:
            continue
        return


def test_sender_and_receiver_go_on_after_their_connections_were_cut(wired: Carrier, wire: Wire) -> None:
    queue = wired.queue("q", "#")
    sender = wired.open()
    arrived: list[bytes] = []
    cuts = 0

    with wired.receiving(queue, arrived.extend):
        for start in range(0, 40, 10):
            publish_all(sender, [make_event(number=number) for number in range(start, start + 10)])
            eventually(lambda seen=start + 10: len({parse(body).id for body in arrived}) >= seen)
            cuts += wire.cut()
        eventually(lambda: len({parse(body).id for body in arrived}) >= 40)

    numbers = [parse(body)["number"] for body in arrived]
    assert list(dict.fromkeys(numbers)) == list(range(40))
    assert cuts >= 8


def test_events_asked_for_while_the_channel_closes_are_told_as_not_sent(wired: Carrier, wire: Wire) -> None:
    sender = wired.open()
    assert isinstance(sender, RabbitMQ)
    queue = wired.queue("q", "#")
    publish_all(sender, [make_event(number=0)])
    publisher = sender._publisher
    assert publisher
    publisher._channel.add_on_close_callback(lambda *_: publisher._publish([make_event(number=1)]))

    wire.cut()
    publisher._thread.join(10)

    assert not publisher._thread.is_alive()
    with pytest.raises(BusDown):
        publisher.send([make_event(number=2)])
    publish_all(sender, [make_event(number=3)])
    arrived: list[bytes] = []
    with wired.receiving(queue, arrived.extend):
        eventually(lambda: [parse(body)["number"] for body in arrived] == [0, 3])


def test_publishing_to_an_absent_broker_says_so(wired: Carrier, wire: Wire) -> None:
    wire.is_up = False

    with pytest.raises(BusDown):
        wired.open().publish([make_event()])


@pytest.mark.slow
def test_confirmed_events_survive_the_death_of_the_broker(tmp_path: Path, amqp_url: str) -> None:
    tmp_path.chmod(0o755)
    broker = Broker(tmp_path / "rabbitmq")
    broker.start()
    try:
        carrier = Carrier("rabbitmq", "own", lambda: RabbitMQ(broker.url()), broker.url())
        queue = carrier.queue("q", "#")
        sender = carrier.open()
        publish_all(sender, [make_event(number=number) for number in range(50)])
        time.sleep(2)  # RabbitMQ 3.10 loses a quorum queue that was declared in the very moment of the kill
        broker.kill()
        with pytest.raises(BusDown):
            sender.publish([make_event(number=50)])
        broker.start()
        publish_all(sender, [make_event(number=50)])

        got = carrier.collect(queue, 51)
        carrier.close()
    finally:
        broker.stop()

    assert [event["number"] for event in got] == list(range(51))
