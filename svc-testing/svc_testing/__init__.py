"""Pengujian: catalogue, orders, samples, analyses, results, test reports."""

from __future__ import annotations

from typing import Any

from flask import Flask

from chassis.service import create_service
from svc_testing import commands, consumers, events, routes, tasks
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue import routes as catalogue
from svc_testing.config import Config
from svc_testing.orders.workflow import ORDER
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.workflow import SAMPLE

EVENTS = events


def create_app(**overrides: Any) -> Flask:
    return create_service(
        "testing",
        package=__name__,
        config=Config,
        blueprints=[routes.bp, catalogue.bp, routes.internal_bp],
        workflows=[ORDER, SAMPLE, ANALYSIS, REPORT],
        consumers=[consumers],
        schedules=[tasks],
        commands=[commands.seed],
        overrides=overrides,
    )
