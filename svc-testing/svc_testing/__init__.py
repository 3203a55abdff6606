"""Pengujian: catalogue, orders, samples, analyses, results, test reports."""

from __future__ import annotations

from typing import Any

from flask import Flask

from chassis import exports
from chassis.service import create_service
from svc_testing import commands, consumers, events, figures, routes, selections, tasks
from svc_testing.analyses import routes as counts
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue import routes as catalogue
from svc_testing.catalogue import series
from svc_testing.catalogue.workflow import IMPORT, PARAMETER, STANDARD
from svc_testing.config import Config
from svc_testing.orders import drafting, tracking
from svc_testing.orders.workflow import ORDER
from svc_testing.people import routes as people
from svc_testing.queue import NUMBERS, QUEUE
from svc_testing.reports.workflow import REPORT
from svc_testing.samples import labels
from svc_testing.samples.workflow import SAMPLE

EVENTS = events


def create_app(**overrides: Any) -> Flask:
    return create_service(
        "testing",
        package=__name__,
        config=Config,
        blueprints=[
            routes.bp,
            counts.bp,
            tracking.bp,
            drafting.bp,
            figures.bp,
            catalogue.bp,
            series.bp,
            people.bp,
            labels.bp,
            labels.internal_bp,
            routes.internal_bp,
            *exports.blueprints(*selections.SOURCES),
        ],
        workflows=[ORDER, SAMPLE, ANALYSIS, REPORT, STANDARD, PARAMETER, IMPORT],
        consumers=[consumers],
        schedules=[tasks, exports.tasks],
        commands=[commands.seed],
        queue=QUEUE,
        numbers=NUMBERS,
        overrides=overrides,
    )
