"""The bell of the pages: `GET /stream` pipes notify's nudges to the person who is signed in."""

from typing import Any

from flask import Blueprint, Response

from chassis.problems import Problem, Unauthenticated
from gateway import calls, session
from gateway.gate import current_gate

bp = Blueprint("stream", __name__)


@bp.get("/stream")
def listen() -> Any:
    claims = session.claims()
    if claims is None:
        raise Unauthenticated()
    gate = current_gate()
    try:
        stream = gate.streams.open(gate.upstreams, claims, calls.identified("notify", claims))
    except Problem:
        return "", 204  # tells an EventSource not to come back: the page goes on polling
    response = Response(
        iter(stream), content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    response.call_on_close(stream.close)
    return response
