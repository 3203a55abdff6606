"""JSON logs with one request id, and Prometheus figures."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from structlog.typing import Processor

from chassis import spans

REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # anybody may invent others
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def configure_logging(level: str) -> None:
    """One JSON object per line on standard output, for our own and for library loggers."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.processors.format_exc_info],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def trace() -> str:
    """The traceparent of what runs now; outside a request, handler, job or task a new one."""
    if not g:
        return spans.child()
    if "traceparent" not in g:
        g.traceparent = spans.child()
    return str(g.traceparent)


def request_id() -> str:
    """The id of the request, job or task that runs now; a command's is made when it is first asked for."""
    if not g.get("request_id"):
        g.request_id = secrets.token_hex(16)
    return str(g.request_id)


def begin_work(*, request_id: str = "", traceparent: str = "", cause_id: str | None = None, **bound: Any) -> None:
    """What runs from here on belongs to this request and span; logs, events, history and calls say so."""
    g.request_id, g.traceparent = request_id or secrets.token_hex(16), traceparent or spans.child()
    g.cause_id = cause_id
    structlog.contextvars.bind_contextvars(request_id=g.request_id, trace=spans.trace_id(g.traceparent), **bound)


def init_app(app: Flask, registry: CollectorRegistry) -> None:
    log = structlog.get_logger("http")
    seconds = Histogram("http_request_seconds", "Time to answer", ("endpoint", "method"), registry=registry)
    answers = Counter("http_requests", "Answers", ("endpoint", "method", "status"), registry=registry)

    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        parent = request.headers.get("traceparent", "")
        g.parent = parent if TRACEPARENT.fullmatch(parent) else ""
        g.traceparent = spans.child(g.parent)
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id, trace=spans.trace_id(g.traceparent))

    def end(response: Response) -> Response:
        elapsed = time.perf_counter() - g.get("started", time.perf_counter())
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        seconds.labels(endpoint, method).observe(elapsed)
        answers.labels(endpoint, method, response.status_code).inc()
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if endpoint.split(".")[-1] not in ("healthz", "readyz", "metrics"):
            _tell(endpoint, response.status_code, elapsed)
            caller = g.get("principal")
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round(elapsed * 1000, 1),
                actor=caller.id if caller else "",
            )
        return response

    def _tell(endpoint: str, status: int, elapsed: float) -> None:
        if "traceparent" in g:
            spans.tell(
                f"{request.method} {endpoint}",
                spans.SERVER,
                own=g.traceparent,
                parent=g.parent,
                seconds=elapsed,
                failed=status >= 500,
                **{"http.request.method": request.method, "url.path": request.path, "request.id": g.request_id},
                **{"http.response.status_code": status},
            )

    app.before_request(begin)
    app.after_request(end)
