"""A database that is away is not a fault of the request: 503, ask again, instead of 500."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from flask import Flask, Response

from chassis.db import db
from chassis.problems import answer

# connection, rollback for the sake of others, resources, operator: PostgreSQL's classes of what passes
PASSING = ("08", "40", "53", "57")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")

log = structlog.get_logger("outages")


def init_app(app: Flask) -> None:
    app.register_error_handler(sa.exc.OperationalError, _operational)
    app.register_error_handler(sa.exc.TimeoutError, _away)
    app.teardown_appcontext(_let_go)  # before Flask-SQLAlchemy's own: the last that came goes first


def is_passing(error: sa.exc.OperationalError) -> bool:
    """Does it go away by itself? A statement that is wrong does not."""
    if name := getattr(error.orig, "sqlite_errorname", ""):
        return str(name).startswith(BUSY)
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or str(state).startswith(PASSING)


def _operational(error: sa.exc.OperationalError) -> Response:
    if not is_passing(error):
        raise error
    return _away(error)


def _away(error: Exception) -> Response:
    log.error("database away", why=str(error).splitlines()[0])
    return answer(503, "Layanan sedang tidak dapat membaca datanya. Silakan coba lagi.", headers={"Retry-After": "1"})


def _let_go(_: BaseException | None) -> None:
    """The answer is ready and what it tells of is committed: a connection that breaks now must not turn it into a 500."""
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except sa.exc.DBAPIError as error:
        log.warning("connection lost after the answer", why=str(error).splitlines()[0])
        db.session().invalidate()
