"""Deadlines: what is due is found in the database and fired as an ordinary transition, one transaction each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from chassis import idempotency
from chassis.db import atomic, db, lock, now
from chassis.schedule import every
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER

BATCH = 200


def _due(*conditions: sa.ColumnElement[bool]) -> list[uuid.UUID]:
    found = list(db.session.scalars(sa.select(Order.id).where(*conditions).order_by(Order.id).limit(BATCH)))
    db.session.rollback()
    return found


def _fire(order_ids: Iterable[uuid.UUID], *names: str) -> None:
    for order_id in order_ids:
        with atomic():
            order = db.session.get(Order, order_id)
            fitting = next((name for name in names if order is not None and ORDER.can(order, name)), None)
            if order is not None and fitting:
                ORDER.fire(lock(order), fitting)


@every(seconds=300)
def drop_stale_drafts() -> None:
    """A draft nobody touched for 90 days goes; one that had been submitted is cancelled instead."""
    limit = now() - timedelta(days=current_app.config["STALE_DRAFT_DAYS"])
    _fire(_due(Order.status == "drafted", Order.touched_at <= limit), "drop_stale", "abandon_stale")


@every(seconds=300)
def lapse_expired() -> None:
    """An order whose e-billing expired 30 days ago is cancelled."""
    days = current_app.config["LAPSE_DAYS"]
    if days:
        limit = now() - timedelta(days=days)
        _fire(_due(Order.status == "expired", Order.expires_at <= limit), "lapse")


@every(seconds=300)
def archive_handed_over() -> None:
    """An order whose last report was sent 90 days ago is archived, collected or not."""
    limit = now() - timedelta(days=current_app.config["HANDOVER_DAYS"])
    _fire(_due(Order.status == "sent", Order.status_since <= limit), "archive")


@every(seconds=3600)
def forget_answers() -> None:
    """Answers kept for repeated requests are dropped after a day."""
    with atomic():
        idempotency.forget_before(now() - timedelta(days=1))
