"""Everything this service has published, in order: how a service that comes later fills its copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request

from chassis.auth import any_service
from chassis.db import db, dumps
from chassis.events import inbox
from chassis.events.outbox import Outbox, source
from chassis.events.registry import registry
from chassis.events.subscriptions import fits
from chassis.http import Peer

PAGE = 500

bp = Blueprint("feed", __name__)


@bp.get("/feed")
@any_service
def list_published() -> Response:
    """`?after=<feed_seq>&since=<time>&types=<pattern>,…&limit=`; `next` is where the following page begins, null at the end."""
    after = request.args.get("after", default=0, type=int)
    limit = max(1, min(request.args.get("limit", default=PAGE, type=int), PAGE))
    patterns = request.args.get("types", "#").split(",")
    page = sa.select(Outbox).where(Outbox.feed_seq > after).order_by(Outbox.feed_seq).limit(limit)
    if since := request.args.get("since", type=datetime.fromisoformat):
        page = page.where(Outbox.published_at >= since)
    rows = list(db.session.scalars(page))
    wanted = [row.to_event(source()).to_dict() for row in rows if any(fits(pattern, row.type) for pattern in patterns)]
    answer = {"items": wanted, "next": rows[-1].feed_seq if len(rows) == limit else None}
    return Response(dumps(answer), content_type="application/json")


def bootstrap(peer: str, patterns: Sequence[str] = (), since: datetime | None = None) -> int:
    """Pull what `peer` has published (since then) into our inbox; events we know already change nothing. Returns how many came."""
    types = ",".join(patterns or registry().patterns)
    more = {"since": since.isoformat()} if since else {}
    came, after = 0, 0
    while after is not None:
        page: dict[str, Any] = Peer(peer).get("/internal/feed", after=after, types=types, **more)
        inbox.store([dumps(item).encode() for item in page["items"]])
        came += len(page["items"])
        after = page["next"]
    return came


def catch_up(taken_at: datetime) -> dict[str, int]:
    """After a backup of that moment was restored: pull what was on its way then, as the broker holds it no more.

    Reaches back as far as an inbox knows what it had, and no further: what it has forgotten would be handled twice.
    """
    since = taken_at - inbox.KEPT + timedelta(days=1)
    return {
        peer: bootstrap(peer, since=since) for peer in current_app.extensions["chassis"].peers if peer != _own_name()
    }


def _own_name() -> str:
    return str(current_app.extensions["chassis"].name)
