"""Figures of the messages, read from the database when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric

from chassis.db import db, now
from svc_notify.models import Message

WATCHED = ("queued", "sending", "failed", "exhausted")


class Messages:
    def __init__(self, app: Flask) -> None:
        self._app = app

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        with self._app.app_context():
            yield from _figures()
            db.session.remove()


def _figures() -> Iterator[Metric]:
    by_status = GaugeMetricFamily("messages", "Messages that are not sent", labels=["status"])
    counted = sa.select(Message.status, sa.func.count()).where(Message.status.in_(WATCHED)).group_by(Message.status)
    known = dict.fromkeys(WATCHED, 0) | {row[0]: row[1] for row in db.session.execute(counted)}
    for status, count in known.items():
        by_status.add_metric([status], count)
    yield by_status
    queued = sa.select(sa.func.min(Message.next_attempt_at)).where(
        Message.status == "queued", Message.next_attempt_at <= now()
    )
    due = db.session.scalar(queued)
    late = (now() - due).total_seconds() if due else 0.0
    yield GaugeMetricFamily("messages_late_seconds", "How long the oldest due message has been waiting", value=late)
    doubtful = sa.select(sa.func.coalesce(sa.func.sum(Message.doubtful_attempts), 0)).where(
        Message.doubtful_attempts > 0
    )
    yield GaugeMetricFamily(
        "messages_doubtful_attempts",
        "Attempts after which a second copy may have arrived",
        value=db.session.scalar(doubtful) or 0,
    )


def register(app: Flask, registry: CollectorRegistry) -> None:
    registry.register(Messages(app))
