"""Is the process alive, is it ready, how is it doing. Readiness looks at what this service owns, never at its peers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.auth import public
from chassis.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> dict[str, Any]:
    return {"status": "ok"}


@bp.get("/readyz")
@public
def readyz() -> tuple[dict[str, Any], int]:
    try:
        db.session.execute(sa.text("SELECT 1 FROM alembic_version"))
    except sa.exc.SQLAlchemyError:
        return {"status": "unavailable", "database": "down or not migrated"}, 503
    return {"status": "ok", "service": current_app.extensions["chassis"].name}, 200


@bp.get("/metrics")
@public
def metrics() -> Response:
    return Response(generate_latest(current_app.extensions["chassis"].registry), content_type=CONTENT_TYPE_LATEST)
