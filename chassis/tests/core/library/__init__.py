"""A small service to test with: a library that lends copies of books."""

from __future__ import annotations

from typing import Any

from flask import Flask

from chassis import exports
from chassis.service import create_service
from tests.core.library import routes
from tests.core.library.workflow import COPY, LOAN


def create_app(**overrides: Any) -> Flask:
    return create_service(
        "library",
        package=__name__,
        blueprints=[routes.bp, routes.desk, *exports.blueprints(routes.WHOLE)],
        workflows=[LOAN, COPY],
        overrides=overrides,
    )
