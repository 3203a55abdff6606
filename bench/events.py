"""Outbox, bus and inbox on PostgreSQL and RabbitMQ: batches against one by one, and how soon an effect follows a commit."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pika
import psycopg
import sqlalchemy as sa

from bench.measure import Report, alternate, percentile
from bench.orders import Orders
from chassis.db import atomic, db, new_id, now
from chassis.events import Event, emit, inbox, relay
from chassis.events.outbox import Outbox, source
from chassis.events.transports import BusDown
from chassis.events.transports.rabbitmq import RabbitMQ
from deploy.engines import Engines
from deploy.processes import flask

BATCH = 50  # what one consumer holds unacknowledged
EVENTS = 500  # what the relay takes at once
EFFECTS = 100
CHANGED = "identity.customer.changed"
EXAMPLE = Path(__file__).parent.parent / "contracts" / "events" / f"{CHANGED}.json"
TOLD = """
CREATE FUNCTION tell_done() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('bench', NEW.event_id); RETURN NEW; END $$;
CREATE TRIGGER tell_done AFTER UPDATE OF status ON inbox FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION tell_done();
"""


def main(folder: Path) -> Report:
    report = Report("events")
    with Engines(folder / "engines") as engines:
        orders = Orders(engines.postgresql, folder, bus=engines.rabbitmq.url())
        orders.open()
        _effect(orders, report)  # first: afterwards the queue of the service is full of what the others publish
        transport = RabbitMQ(engines.rabbitmq.url())
        transport.declare("bench", ["#"])
        try:
            _relay(orders, transport, engines.rabbitmq.url(), report)
        finally:
            transport.close()
        _inbox(orders, report)
    return report


def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(EXAMPLE.read_text())["data"]
    return facts


def _say(count: int) -> None:
    with atomic():
        for _ in range(count):
            emit(CHANGED, _facts(), partition_key=str(uuid.uuid4()), actor="system")


def _relay(orders: Orders, transport: RabbitMQ, url: str, report: Report) -> None:
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.confirm_delivery()

    def ours() -> dict[str, float]:
        _say(EVENTS)
        began = time.perf_counter()
        sent = 0
        while sent < EVENTS:
            sent += relay.publish_batch(transport)
        return {"rate": EVENTS / (time.perf_counter() - began)}

    def one_by_one() -> dict[str, float]:
        _say(count := EVENTS // 10)
        began = time.perf_counter()
        while row := db.session.scalar(
            sa.select(Outbox).where(Outbox.published_at.is_(None)).order_by(Outbox.seq).limit(1)
        ):
            event, seq = row.to_event(source()), row.seq
            db.session.rollback()
            properties = pika.BasicProperties(delivery_mode=2, message_id=event.id, type=event.type)
            channel.basic_publish("zerocalls.events", event.type, event.to_json(), properties, mandatory=True)
            relay._mark([seq])
        return {"rate": count / (time.perf_counter() - began)}

    with orders.app.app_context():
        found = alternate({"ours": ours, "usual": one_by_one})
    _compare(report, "relay, events per second / confirming one by one", found, 7)


def _inbox(orders: Orders, report: Report) -> None:
    def bodies(count: int) -> list[bytes]:
        return [_event() for _ in range(count)]

    def ours() -> dict[str, float]:
        given = bodies(EVENTS)
        began = time.perf_counter()
        for start in range(0, EVENTS, BATCH):
            inbox.store(given[start : start + BATCH])
        return {"rate": EVENTS / (time.perf_counter() - began)}

    def commit_each() -> dict[str, float]:
        given = bodies(EVENTS // 10)
        began = time.perf_counter()
        for body in given:
            inbox.store([body])
        return {"rate": len(given) / (time.perf_counter() - began)}

    with orders.app.app_context():
        found = alternate({"ours": ours, "usual": commit_each})
    _compare(report, "inbox, events per second / commit each", found, 8)


def _event() -> bytes:
    key = str(uuid.uuid4())
    body: bytes = Event(
        id=str(new_id()), type=CHANGED, source="/svc-identity", time=now(), partition_key=key, data=_facts()
    ).to_json()
    return body


def _compare(report: Report, name: str, found: dict[str, dict[str, float]], goal: float) -> None:
    ours, usual = found["ours"]["rate"], found["usual"]["rate"]
    report.goal(name, ours / usual, goal, at_least=True, detail=f"{ours:.0f} / {usual:.0f} per s")


def _effect(orders: Orders, report: Report) -> None:
    """Commit in one process → handled and committed in another, by way of relay, broker, consume and work."""
    with ExitStack() as stack:
        for role in ("relay", "consume", "work"):
            stack.enter_context(_process(orders, role))
        with psycopg.connect(orders.owner.url.render_as_string(False).replace("+psycopg", ""), autocommit=True) as ears:
            ears.execute(TOLD)
            ears.execute("LISTEN bench")
            with orders.app.app_context():
                _take(ears, report)
            ears.execute("DROP TRIGGER tell_done ON inbox")


def _take(ears: psycopg.Connection[Any], report: Report) -> None:
    taken: list[float] = []
    for number in range(EFFECTS + 20):
        with atomic():
            row = emit(
                CHANGED, _facts() | {"customer_id": str(uuid.uuid4())}, partition_key=str(uuid.uuid4()), actor="system"
            )
            event_id = str(row.event_id)
        committed = time.perf_counter()
        if not any(told.payload == event_id for told in ears.notifies(timeout=60 if number < 20 else 10, stop_after=1)):
            raise BusDown("no effect in time")
        if number >= 20:
            taken.append((time.perf_counter() - committed) * 1000)
        time.sleep(0.005)
    report.goal("commit → effect, p50", percentile(taken, 0.5), 10, unit="ms")
    report.goal("commit → effect, p99", percentile(taken, 0.99), 50, unit="ms")


@contextmanager
def _process(orders: Orders, role: str) -> Iterator[None]:
    process = subprocess.Popen(flask("testing", role), env={**os.environ, **orders.settings}, stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)
