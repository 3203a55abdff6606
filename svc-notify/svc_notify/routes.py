"""The bell, what was sent, and the feed for other systems."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, current_app, g, url_for

from chassis.auth import requires, signed_in
from chassis.db import atomic, dumps
from chassis.problems import NotAllowed
from chassis.web import Blueprint
from svc_notify import feed, notifications, schemas, sent

bp = Blueprint("notify", __name__, description="Pemberitahuan dan umpan peristiwa")

BATCH = "application/cloudevents-batch+json"
FEED_SCOPE = "events:read"


@bp.get("/notifications")
@bp.arguments(schemas.NotificationArgs, location="query")
@bp.response(200, schemas.NotificationPage)
@signed_in
def list_notifications(args: dict[str, Any]) -> Any:
    """Pemberitahuan saya"""
    query = notifications.mine(g.principal, is_unread=args["unread"])
    page = notifications.LISTING.answer(query, args, lambda rows: [schemas.present_notification(row) for row in rows])
    return {**page, "unread": notifications.count_unread(g.principal)} if isinstance(page, dict) else page


@bp.post("/notifications/<uuid:notification_id>/read")
@bp.response(200, schemas.Notification)
@signed_in
@atomic
def read_notification(notification_id: uuid.UUID) -> Any:
    """Tandai sudah dibaca"""
    message = notifications.get(notification_id, g.principal)
    notifications.read(message)
    return schemas.present_notification(message)


@bp.post("/notifications/read-all")
@bp.response(200, schemas.Unread)
@signed_in
@atomic
def read_all_notifications() -> Any:
    """Tandai semua sudah dibaca"""
    notifications.read_all(g.principal)
    return {"unread": 0}


@bp.get("/stream")
@bp.response(200, content_type="text/event-stream")
@signed_in
def stream() -> Response:
    """Aliran tanda bahwa pemberitahuan berubah"""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy does not outlive the request
    nudges = app.extensions["streams"].open(app, g.principal)
    return Response(
        nudges, content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


@bp.get("/messages")
@bp.arguments(schemas.MessageArgs, location="query")
@bp.response(200, schemas.MessagePage)
@requires("customer", *sent.STAFF)
def list_messages(args: dict[str, Any]) -> Any:
    """Pesan yang dikirim tentang sebuah order"""
    return sent.LISTING.answer(
        sent.visible(g.principal), args, lambda rows: [schemas.present_message(row, g.principal) for row in rows]
    )


@bp.get("/events")
@bp.arguments(schemas.FeedArgs, location="query")
@bp.response(200, content_type=BATCH)
@signed_in
def list_events(args: dict[str, Any]) -> Response:
    """Umpan peristiwa publik untuk sistem lain"""
    if not _may_read_feed():
        raise NotAllowed()
    events = feed.read(after=args["after"], pattern=args["type"], limit=args["limit"])
    response = Response(dumps(events), content_type=BATCH)
    if events:
        following = url_for(
            ".list_events", after=events[-1]["sequence"], type=args["type"] or None, limit=args["limit"]
        )
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def _may_read_feed() -> bool:
    if g.principal.kind == "client":
        return FEED_SCOPE in g.principal.scope.get("api", ())
    return bool(g.principal.has("admin", "super_admin"))
