"""JSON logs with one request id, and Prometheus figures."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from structlog.typing import Processor

REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,64}")
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
    """The current W3C traceparent, or a new one outside a request."""
    if g and "traceparent" in g:
        return str(g.traceparent)
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def init_app(app: Flask, registry: CollectorRegistry) -> None:
    log = structlog.get_logger("http")
    seconds = Histogram("http_request_seconds", "Time to answer", ("endpoint", "method"), registry=registry)
    answers = Counter("http_requests", "Answers", ("endpoint", "method", "status"), registry=registry)

    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        parent = request.headers.get("traceparent", "")
        g.traceparent = parent if TRACEPARENT.fullmatch(parent) else trace()
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id, trace=g.traceparent.split("-")[1])

    def end(response: Response) -> Response:
        elapsed = time.perf_counter() - g.get("started", time.perf_counter())
        endpoint = request.endpoint or "none"
        seconds.labels(endpoint, request.method).observe(elapsed)
        answers.labels(endpoint, request.method, response.status_code).inc()
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if endpoint.split(".")[-1] not in ("healthz", "readyz", "metrics"):
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

    app.before_request(begin)
    app.after_request(end)
