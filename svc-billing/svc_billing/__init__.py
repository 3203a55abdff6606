"""Invoices, e-billing, payments, deposits and refunds."""

from typing import Any

from flask import Flask

from chassis.service import create_service
from svc_billing import commands, consumers, events, guards, routes, tasks
from svc_billing.config import Config
from svc_billing.workflow import EBILLING, INVOICE, REFUND

__all__ = ["create_app", "events", "guards"]


def create_app(**overrides: Any) -> Flask:
    return create_service(
        "billing",
        package=__name__,
        config=Config,
        blueprints=[routes.bp, routes.internals],
        workflows=[INVOICE, EBILLING, REFUND],
        consumers=[consumers],
        schedules=[tasks],
        commands=[commands.cli],
        overrides=overrides,
    )
