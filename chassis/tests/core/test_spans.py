"""One trace through everything: ids of spans exist without a collector, and parameters the wire brings are believed only when whole."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from chassis import spans
from chassis.config import BadSettings

PARENT = f"00-{'a' * 32}-{'b' * 16}-01"


def test_a_child_is_a_new_span_of_the_same_trace() -> None:
    child = spans.child(PARENT)

    assert spans.trace_id(child) == "a" * 32
    assert child.split("-")[2] != "b" * 16
    assert spans.trace_id(spans.child()) != spans.trace_id(spans.child())


@pytest.mark.parametrize("given", [None, "", "00-abc", "x" * 54])
def test_what_is_no_traceparent_has_no_trace(given: str | None) -> None:
    assert spans.trace_id(given) == ""
    assert len(spans.child(given or "")) == 55


def test_an_answer_is_given_in_the_span_of_its_own_request(app: Flask) -> None:
    from flask import g

    with app.test_request_context("/", headers={"traceparent": PARENT, "X-Request-ID": "request-42"}):
        app.preprocess_request()

        assert (g.parent, spans.trace_id(g.traceparent), g.request_id) == (PARENT, "a" * 32, "request-42")
        assert g.traceparent != PARENT


def test_an_endpoint_without_the_packages_is_a_bad_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)

    with pytest.raises(BadSettings, match=r"requirements/otel\.in"):
        spans.Exporter("svc-library", "http://127.0.0.1:1")


@pytest.fixture
def collector() -> Any:
    received: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", received
    server.shutdown()
    server.server_close()


def test_a_span_is_told_with_its_parent_its_time_and_its_failure(
    collector: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    address, received = collector
    exporter = spans.Exporter("svc-library", f"{address}/")
    monkeypatch.setattr(spans, "_exporter", exporter)

    with pytest.raises(ZeroDivisionError), spans.span("lend", spans.CONSUMER, PARENT, attempt=2) as own:
        _ = 1 / 0
    exporter.flush()

    [(path, body)] = received
    [resource] = ExportTraceServiceRequest.FromString(body).resource_spans
    [span] = resource.scope_spans[0].spans
    assert path == "/v1/traces"
    assert (span.name, span.trace_id.hex(), span.parent_span_id.hex()) == ("lend", "a" * 32, "b" * 16)
    assert span.span_id.hex() == own.split("-")[2]
    assert span.status.code == 2
    assert span.end_time_unix_nano >= span.start_time_unix_nano


def test_without_an_endpoint_nothing_is_told() -> None:
    assert not spans.is_told()
    with spans.span("lend", spans.INTERNAL) as own:
        assert len(own) == 55
