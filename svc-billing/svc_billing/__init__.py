"""Invoices, e-billing, payments, deposits and refunds."""

from typing import Any

from flask import Flask

from chassis import exports
from chassis.service import create_service
from svc_billing import boxes, commands, consumers, events, figures, guards, routes, tasks
from svc_billing.config import Config
from svc_billing.queue import NUMBERS, QUEUE
from svc_billing.workflow import EBILLING, INVOICE, REFUND

__all__ = ["create_app", "events", "guards"]


def create_app(**overrides: Any) -> Flask:
    return create_service(
        "billing",
        package=__name__,
        config=Config,
        blueprints=[routes.bp, figures.bp, routes.internals, *exports.blueprints(*boxes.SOURCES)],
        workflows=[INVOICE, EBILLING, REFUND],
        consumers=[consumers],
        schedules=[tasks, exports.tasks],
        commands=[commands.cli],
        queue=QUEUE,
        numbers=NUMBERS,
        overrides=overrides,
    )
