"""Which HTTP acts changed a thing: one row per act and thing, written in the act's own transaction."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response, g, request
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Declared, UTCDateTime, db, new_id, now
from chassis.telemetry import trace


class HttpAct(Declared):
    """An act that was carried out; `about` is a thing it locked, or the root or partition key of what it wrote.

    What is refused changes nothing and leaves no row.
    """

    __tablename__ = "http_acts"

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), primary_key=True)
    about: Mapped[str] = mapped_column(sa.String(100), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    method: Mapped[str] = mapped_column(sa.String(10))
    path: Mapped[str] = mapped_column(sa.String(300))
    status: Mapped[int]
    ms: Mapped[int]
    actor_id: Mapped[str] = mapped_column(sa.String(64))
    actor_roles: Mapped[str] = mapped_column(sa.String(300))
    request_id: Mapped[str] = mapped_column(sa.String(64))
    traceparent: Mapped[str] = mapped_column(sa.String(100))


def noted(act: Callable[[], Any]) -> Any:
    """Run `act`, then note it for every thing it was about."""
    g.pop("concerned", None)
    result = act()
    things = g.pop("concerned", ())
    if things and request.method != "GET":
        db.session.add_all(_rows(things, _status(result)))
    return result


def _status(result: Any) -> int:
    if isinstance(result, Response):
        return result.status_code
    if isinstance(result, tuple) and len(result) > 1 and isinstance(result[1], int):
        return result[1]
    return 200


def _rows(things: Any, status: int) -> list[HttpAct]:
    caller, id, at = g.principal, new_id(), now()
    return [
        HttpAct(
            id=id,
            about=about,
            at=at,
            method=request.method,
            path=request.path[:300],
            status=status,
            ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
            actor_id=caller.id,
            actor_roles=" ".join(sorted(caller.roles)),
            request_id=g.get("request_id", ""),
            traceparent=trace(),
        )
        for about in sorted(things)
    ]
