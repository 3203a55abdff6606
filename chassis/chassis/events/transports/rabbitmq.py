"""The bus on RabbitMQ: one topic exchange, one quorum queue per service, one active consumer each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import pika
import structlog
from pika.exceptions import AMQPError

from chassis.events.envelope import Event
from chassis.events.faults import kill_point
from chassis.events.transports import BEHIND, UNROUTABLE, BusDown, Store

EXCHANGE = "zerocalls.events"
PREFETCH = 50
DELIVERY_LIMIT = 50  # counts crashes of the consumer, not failures of handlers: those never return to the broker
CONFIRM_SECONDS = 30

log = structlog.get_logger("bus")
logging.getLogger("pika").setLevel(logging.CRITICAL)  # we say it once ourselves


class RabbitMQ:
    def __init__(self, url: str, *, exchange: str = EXCHANGE) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = 30
        self._parameters.blocked_connection_timeout = 30
        self._parameters.socket_timeout = 5
        self._exchange = exchange
        self._bindings: dict[str, list[str]] = {}
        self._publisher: _Publisher | None = None

    def declare(self, queue: str, patterns: Sequence[str]) -> None:
        self._bindings[queue] = list(patterns)
        try:
            connection = pika.BlockingConnection(self._parameters)
        except (AMQPError, OSError) as error:
            raise BusDown(repr(error)) from error
        with connection:
            self._declare(connection.channel(), queue)

    def publish(self, events: Sequence[Event]) -> dict[str, str]:
        """Pipelined in waves that hold each partition key once, so a refusal can hold back what follows it."""
        refused: dict[str, str] = {}
        held: set[str] = set()
        waiting = list(events)
        while waiting:
            wave: dict[str, Event] = {}
            later: list[Event] = []
            for event in waiting:
                if event.partition_key in held:
                    refused[event.id] = BEHIND
                elif wave.setdefault(event.partition_key, event) is not event:
                    later.append(event)
            refusals = self._send(list(wave.values()))
            held |= {event.partition_key for event in wave.values() if event.id in refusals}
            refused |= refusals
            waiting = later
        return refused

    def receive(self, queue: str, store: Store, stop: threading.Event) -> None:
        pause = 0.5
        while not stop.is_set():
            began = time.monotonic()
            try:
                self._consume(queue, store, stop)
            except (AMQPError, OSError) as error:
                pause = 0.5 if time.monotonic() - began > pause else min(pause * 2, 15)
                log.warning("connection lost", queue=queue, why=repr(error), retry_in=pause)
                stop.wait(pause)

    def close(self) -> None:
        if self._publisher:
            self._publisher.close()
            self._publisher = None

    def _send(self, events: list[Event]) -> dict[str, str]:
        if not events:
            return {}
        if self._publisher is None:
            self._publisher = _Publisher(self._parameters, self._exchange)
        try:
            return self._publisher.send(events)
        except BusDown:
            self.close()
            raise

    def _declare(self, channel: Any, queue: str) -> None:
        dead = f"{self._exchange}.dead"
        channel.exchange_declare(self._exchange, "topic", durable=True)
        channel.exchange_declare(dead, "direct", durable=True)
        channel.queue_declare(f"{queue}.dead", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(f"{queue}.dead", dead, routing_key=queue)
        channel.queue_declare(
            queue,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-single-active-consumer": True,
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": dead,
                "x-dead-letter-routing-key": queue,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        for pattern in self._bindings.get(queue, ()):
            channel.queue_bind(queue, self._exchange, routing_key=pattern)

    def _consume(self, queue: str, store: Store, stop: threading.Event) -> None:
        connection = pika.BlockingConnection(self._parameters)
        arrived: list[tuple[int, bytes]] = []
        try:
            channel = connection.channel()
            self._declare(channel, queue)
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.basic_consume(queue, lambda _, method, __, body: arrived.append((method.delivery_tag, body)))
            while not stop.is_set():
                connection.process_data_events(time_limit=1)
                if not arrived:
                    continue
                batch = arrived.copy()
                if not _store(store, [body for _, body in batch], connection, stop):
                    channel.basic_reject(batch[0][0], requeue=True)
                    break
                kill_point("consume.before_acknowledge")
                channel.basic_ack(batch[-1][0], multiple=True)
                del arrived[: len(batch)]
        finally:
            if connection.is_open:
                connection.close()  # what is not acknowledged goes back to the queue, in order


def _store(store: Store, bodies: list[bytes], connection: Any, stop: threading.Event) -> bool:
    """Keep the messages and try again while the database is away: they must not use up their deliveries."""
    pause = 0.5
    while not stop.is_set():
        try:
            store(bodies)
            return True
        except Exception:
            log.exception("store failed", messages=len(bodies), retry_in=pause)
        connection.process_data_events(time_limit=0)
        connection.sleep(pause)
        pause = min(pause * 2, 5)
    return False


class _Publisher:
    """A connection on a thread of its own, so heartbeats go on while the relay sleeps and confirms come in a stream."""

    def __init__(self, parameters: pika.URLParameters, exchange: str) -> None:
        self._exchange = exchange
        self._channel: Any = None
        self._tag = 0
        self._outstanding: dict[int, str] = {}
        self._refused: dict[str, str] = {}
        self._failure = ""
        self._settled = threading.Event()
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
            on_open_error_callback=self._ended,
            on_close_callback=self._ended,
        )
        self._thread = threading.Thread(target=self._loop, name="publisher", daemon=True)
        self._thread.start()
        self._await("connect", 10)

    def _loop(self) -> None:
        try:
            self._connection.ioloop.start()
        finally:
            self._connection.ioloop.close()

    def send(self, events: list[Event]) -> dict[str, str]:
        """Publish all, wait for all confirms; returns the refused."""
        self._refused = {}
        self._settled.clear()
        if self._failure:  # the thread has ended: nobody would answer
            raise BusDown(self._failure)
        self._connection.ioloop.add_callback_threadsafe(lambda: self._publish(events))
        self._await("confirm", CONFIRM_SECONDS)
        return self._refused

    def close(self) -> None:
        if self._thread.is_alive():
            self._connection.ioloop.add_callback_threadsafe(self._stop)
            self._thread.join(5)

    def _await(self, what: str, seconds: float) -> None:
        if not self._settled.wait(seconds):
            self._failure = f"no {what} within {seconds} s"
        if self._failure:
            self.close()
            raise BusDown(self._failure)

    def _stop(self) -> None:
        if self._connection.is_open:
            self._connection.close()
        elif not self._connection.is_closing:
            self._connection.ioloop.stop()

    def _opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._ended)
        channel.add_on_return_callback(self._returned)
        channel.exchange_declare(self._exchange, "topic", durable=True, callback=self._declared)

    def _declared(self, _: Any) -> None:
        self._channel.confirm_delivery(self._confirmed, callback=lambda _: self._settled.set())

    def _publish(self, events: list[Event]) -> None:
        if not self._channel.is_open:  # it closed between the asking and now; `_ended` has said so or will
            return
        for event in events:
            self._tag += 1
            self._outstanding[self._tag] = event.id
            properties = pika.BasicProperties(
                content_type="application/cloudevents+json", delivery_mode=2, message_id=event.id, type=event.type
            )
            self._channel.basic_publish(self._exchange, event.type, event.to_json(), properties, mandatory=True)

    def _returned(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        self._refused[properties.message_id] = UNROUTABLE  # its confirm follows

    def _confirmed(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        tags = [one for one in self._outstanding if one <= tag] if frame.method.multiple else [tag]
        for one in tags:
            name = self._outstanding.pop(one)
            if isinstance(frame.method, pika.spec.Basic.Nack):
                self._refused[name] = "the broker could not take it"
        if not self._outstanding:
            self._settled.set()

    def _ended(self, ended: Any, reason: BaseException) -> None:
        self._failure = self._failure or repr(reason)
        self._settled.set()
        if ended is self._connection:
            self._connection.ioloop.stop()
        else:
            self._stop()
