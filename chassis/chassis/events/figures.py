"""How much waits in the outbox and the inbox and how many letters are dead, for Prometheus: read when asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from chassis.db import db
from chassis.events import dead_letters, inbox, leader, outbox


class Backlog(Collector):
    """Says nothing while the database is away: `/readyz` does."""

    def describe(self) -> Iterable[Metric]:
        return ()  # registering must not ask the database

    def collect(self) -> Iterator[Metric]:
        try:
            outgoing, oldest_outgoing = outbox.backlog()
            incoming, oldest_incoming = inbox.backlog()
            dead = dead_letters.count_open()
            led = {name: leader.is_held(db.engine, name) for name in ("relay", "schedule")}
        except sa.exc.SQLAlchemyError:
            yield GaugeMetricFamily("database_up", "1 while the service's database answers", 0)
            return
        yield GaugeMetricFamily("database_up", "1 while the service's database answers", 1)
        leading = GaugeMetricFamily("leader_held", "1 while a process of this name leads", labels=["name"])
        for name, is_held in led.items():
            leading.add_metric([name], is_held)
        yield leading
        yield GaugeMetricFamily("outbox_events", "Events that wait to be published", outgoing)
        yield GaugeMetricFamily("outbox_oldest_seconds", "Age of the oldest of them", oldest_outgoing)
        yield GaugeMetricFamily("inbox_events", "Events that wait to be handled", incoming)
        yield GaugeMetricFamily("inbox_oldest_seconds", "Age of the oldest of them", oldest_incoming)
        yield GaugeMetricFamily("dead_letters_open", "Events somebody has to look at", dead)


def register(registry: CollectorRegistry) -> None:
    registry.register(Backlog())
