"""Is the gateway alive, can it serve, how is it doing."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from chassis.problems import NotFound
from gateway import incoming
from gateway.gate import current_gate
from gateway.incoming import METHODS

bp = Blueprint("health", __name__)


class Figures:
    """What `/metrics` shows: answers by area (a service, pages, stream, door), time to the first byte."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter("gateway_answers", "Answers", ("area", "method", "status"), registry=self.registry)
        self._seconds = Histogram("gateway_seconds", "Time to the first byte", ("area",), registry=self.registry)
        self._open = Gauge(
            "gateway_breaker_open", "1 while a service is left alone", ("service",), registry=self.registry
        )

        self._child = cache(lambda *labels: (self._answers.labels(*labels), self._seconds.labels(labels[0])))

    def count(self, area: str, method: str, status: str, seconds: float) -> None:
        answers, times = self._child(area, method if method in METHODS else "other", status)
        answers.inc()
        times.observe(seconds)

    def text(self) -> bytes:
        for upstream in current_gate().upstreams:
            self._open.labels(upstream.name).set(upstream.breaker.is_open)
        return generate_latest(self.registry)


@bp.get("/healthz")
def healthz() -> dict[str, Any]:
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> dict[str, Any]:
    """Ready as soon as it can answer: without its services it still says so politely."""
    gate = current_gate()
    degraded = sorted(upstream.name for upstream in gate.upstreams if upstream.breaker.is_open)
    return {"status": "degraded" if degraded else "ok", "service": "gateway", "degraded": degraded}


@bp.get("/metrics")
def metrics() -> Response:
    """For those who watch over this machine, not for the street."""
    address = incoming.of(request.environ, current_gate().config.trusted_hops).address
    if not ip_address(address).is_private:
        raise NotFound()
    figures: Figures = current_app.extensions["figures"]
    return Response(figures.text(), content_type=CONTENT_TYPE_LATEST)
