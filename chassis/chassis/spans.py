"""W3C trace context, and spans for a collector when `OTEL_EXPORTER_OTLP_ENDPOINT` is set.

The ids of spans are ours and exist without a collector: they travel in requests, events and jobs, and are stored with what
was written. A span is told of when it has ended, as a finished record.
"""

from __future__ import annotations

import atexit
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chassis.config import BadSettings

SERVER, CONSUMER, PRODUCER, INTERNAL = "SERVER", "CONSUMER", "PRODUCER", "INTERNAL"
DELAY_MS = 1000


def child(parent: str = "") -> str:
    """The traceparent of a new span: of the parent's trace, or of a trace of its own."""
    trace_id = parent[3:35] if len(parent) == 55 else secrets.token_hex(16)
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"


def trace_id(traceparent: str | None) -> str:
    return traceparent[3:35] if traceparent and len(traceparent) == 55 else ""


class Exporter:
    """Hands finished spans to a collector, in batches and in the background; a collector that is away costs nothing."""

    def __init__(self, service: str, endpoint: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            raise BadSettings("OTEL_EXPORTER_OTLP_ENDPOINT needs the packages of requirements/otel.in") from error
        carrier = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
        self._processor = BatchSpanProcessor(carrier, schedule_delay_millis=DELAY_MS)
        self._resource = Resource({"service.name": service, "service.namespace": "zerocalls"})
        atexit.register(self._processor.shutdown)

    def tell(
        self, name: str, kind: str, own: str, parent: str, began: int, ended: int, failed: bool, facts: dict[str, Any]
    ) -> None:
        from opentelemetry.sdk.trace import ReadableSpan
        from opentelemetry.trace import SpanKind, Status, StatusCode

        span = ReadableSpan(
            name,
            context=_context(own),
            parent=_context(parent) if len(parent) == 55 else None,
            resource=self._resource,
            attributes=facts,
            kind=SpanKind[kind],
            status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
            start_time=began,
            end_time=ended,
        )
        self._processor.on_end(span)

    def flush(self) -> None:
        self._processor.force_flush()


def _context(traceparent: str) -> Any:
    from opentelemetry.trace import SpanContext, TraceFlags

    _, trace, span, _ = traceparent.split("-")
    return SpanContext(int(trace, 16), int(span, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


_exporter: Exporter | None = None


def configure(service: str, endpoint: str) -> None:
    """One process is one service; without an endpoint nothing is told."""
    global _exporter
    if endpoint and _exporter is None:
        _exporter = Exporter(service, endpoint)


def is_told() -> bool:
    return _exporter is not None


def tell(
    name: str, kind: str, *, own: str, parent: str = "", seconds: float, failed: bool = False, **facts: Any
) -> None:
    """A span that ends now and took `seconds`."""
    if _exporter is not None:
        ended = time.time_ns()
        _exporter.tell(name, kind, own, parent, ended - int(seconds * 1e9), ended, failed, facts)


@contextmanager
def span(name: str, kind: str, parent: str = "", **facts: Any) -> Iterator[str]:
    """Yields the traceparent of the span; an exception makes it a failed one."""
    own, began, failed = child(parent), time.perf_counter(), True
    try:
        yield own
        failed = False
    finally:
        tell(name, kind, own=own, parent=parent, seconds=time.perf_counter() - began, failed=failed, **facts)
