from __future__ import annotations

from typing import Any

from running import Gateway
from upstream import Upstream

from gateway.calls import Answer


def test_a_running_gateway_is_alive_and_ready(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/healthz").json == {"status": "ok"}
    assert gateway.ask("GET", "/readyz").json["service"] == "gateway"


def test_figures_count_answers_by_service(gateway: Gateway, token: str) -> None:
    gateway.ask("GET", "/api/v1/documents/figures", token=token)
    text = gateway.ask("GET", "/metrics").content.decode()
    assert 'gateway_answers_total{area="documents",method="GET",status="200"}' in text
    assert 'gateway_breaker_open{service="training"}' in text


def test_figures_are_not_for_the_street(start_gateway: Any, upstream: Upstream) -> None:
    with start_gateway(upstream, TRUSTED_HOPS="1") as own:
        assert own.ask("GET", "/metrics", X_Forwarded_For="8.8.8.8").status == 404
        assert own.ask("GET", "/metrics", X_Forwarded_For="10.0.0.9").status == 200


def test_the_words_of_a_refusal_can_be_asked_for() -> None:
    refusal = Answer(422, {"title": "Isian belum benar", "detail": "Periksa isian.", "errors": {"npwp": ["Salah."]}})
    assert (refusal.ok, refusal.detail, refusal.errors) == (False, "Periksa isian.", {"npwp": ["Salah."]})
    assert (Answer(502, b"<html>").detail, Answer(502, b"<html>").errors) == ("", {})
    assert Answer(200, {"detail": "kept", "errors": {}}).problem == {}
