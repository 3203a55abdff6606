"""Calls to another service: as ourselves, not for long, and not again and again to one who is down."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from chassis import http
from chassis.breaker import Breaker
from chassis.db import atomic
from chassis.http import Peer
from chassis.problems import Unavailable


class Cellar(ThreadingHTTPServer):
    """Another service that answers as a test tells it to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.status, self.body, self.location, self.waits = 200, b'{"bottles": 3}', "", 0.0
        self.failures, self.cuts, self.seen = 0, 0, list[tuple[str, dict[str, str]]]()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Desk(BaseHTTPRequestHandler):
    server: Cellar

    def do_GET(self) -> None:
        cellar = self.server
        cellar.seen.append((self.path, dict(self.headers)))
        time.sleep(cellar.waits)
        if cellar.cuts > 0:
            cellar.cuts -= 1
            self.close_connection = True
            return
        failing, cellar.failures = cellar.failures > 0, cellar.failures - 1
        self.send_response(503 if failing else cellar.status)
        if cellar.location:
            self.send_header("Location", cellar.location)
        self.send_header("Content-Length", str(len(cellar.body)))
        self.end_headers()
        self.wfile.write(cellar.body)

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def cellar(context: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cellar]:
    server = Cellar()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setitem(context.extensions["chassis"].peers, "cellar", server.address)
    monkeypatch.setattr(Peer, "_breakers", {})
    monkeypatch.setattr(Peer, "_local", threading.local())
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
    if hasattr(Peer._local, "session"):
        Peer._local.session.close()


def test_a_peer_is_asked_as_ourselves(context: Flask, cellar: Cellar) -> None:
    assert Peer("cellar").get("/internal/bottles", shelf="A 1&x=2") == {"bottles": 3}

    path, headers = cellar.seen[0]
    assert path == "/internal/bottles?shelf=A+1%26x%3D2"
    token = headers["Authorization"].removeprefix("Bearer ")
    claims = context.extensions["chassis"].trust.verify(token, audience="svc-cellar")
    assert (claims["iss"], claims["kind"]) == ("svc-library", "service")


def test_the_id_of_the_request_goes_along(app: Flask, cellar: Cellar) -> None:
    with app.test_request_context(headers={"X-Request-ID": "request-0001"}):
        app.preprocess_request()
        Peer("cellar").get("/internal/bottles")
    assert cellar.seen[0][1]["X-Request-ID"] == "request-0001"


def test_nobody_is_called_inside_a_transaction(cellar: Cellar) -> None:
    with pytest.raises(AssertionError, match="no network call inside a transaction"), atomic():
        Peer("cellar").get("/internal/bottles")
    assert cellar.seen == []


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_a_lookup_error(cellar: Cellar, status: int) -> None:
    cellar.status = status
    with pytest.raises(LookupError):
        Peer("cellar").get("/internal/bottles")


@pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 422, 429, 500, 501])
def test_any_other_answer_than_the_one_asked_for_is_a_peer_that_is_away(cellar: Cellar, status: int) -> None:
    cellar.status, cellar.body = status, b"" if status == 204 else cellar.body
    with pytest.raises(Unavailable):
        Peer("cellar").get("/internal/bottles")


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe\x00", b"{"])
def test_an_answer_that_is_no_json_is_a_peer_that_is_away(cellar: Cellar, body: bytes) -> None:
    cellar.body = body
    with pytest.raises(Unavailable):
        Peer("cellar").get("/internal/bottles")


def test_a_peer_leads_us_nowhere_else(cellar: Cellar) -> None:
    cellar.status, cellar.location = 302, f"{cellar.address}/elsewhere"
    with pytest.raises(Unavailable):
        Peer("cellar").get("/internal/bottles")
    assert [path for path, _ in cellar.seen] == ["/internal/bottles"]


def test_a_peer_that_fails_once_is_asked_again(cellar: Cellar) -> None:
    cellar.failures = 2
    assert Peer("cellar").get("/internal/bottles") == {"bottles": 3}
    assert len(cellar.seen) == 3


def test_a_peer_nobody_named_is_away(cellar: Cellar) -> None:
    with pytest.raises(Unavailable, match="attic is not available"):
        Peer("attic").get("/internal/bottles")


def test_a_peer_that_thinks_too_long_is_away(cellar: Cellar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BUDGET", 0.3)
    cellar.waits = 0.6

    with pytest.raises(Unavailable, match="Timeout"):
        Peer("cellar").get("/internal/bottles")

    assert len(cellar.seen) == 1, "the time for all tries is used up"


def test_a_peer_that_fails_slowly_is_not_asked_beyond_the_time_for_all_tries(
    cellar: Cellar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BUDGET", 1.0)
    monkeypatch.setattr(http, "PAUSE", 0.01)
    cellar.failures, cellar.waits = 5, 0.7

    with pytest.raises(Unavailable, match="Timeout"):
        Peer("cellar").get("/internal/bottles")

    assert len(cellar.seen) == 2, "the second try had what the first one left, the third nothing"


def test_the_time_for_all_tries_is_what_the_degradation_table_says() -> None:
    assert (http.CONNECT, http.BUDGET) == (1.0, 3.0)


def test_a_peer_that_breaks_the_line_is_asked_again(cellar: Cellar, monkeypatch: pytest.MonkeyPatch) -> None:
    cellar.cuts = 2
    assert Peer("cellar").get("/internal/bottles") == {"bottles": 3}
    assert len(cellar.seen) == 3


def test_a_peer_that_is_down_is_left_alone_after_five_failures_and_tried_again_later(
    context: Flask, cellar: Cellar, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setitem(Peer._breakers, "cellar", Breaker(clock=lambda: clock[0]))
    cellar.status = 500
    for _ in range(5):
        with pytest.raises(Unavailable, match="500"):
            Peer("cellar").get("/internal/bottles")
    asked = len(cellar.seen)

    for _ in range(20):
        with pytest.raises(Unavailable, match="cellar is not available"):
            Peer("cellar").get("/internal/bottles")
    assert len(cellar.seen) == asked

    cellar.status, clock[0] = 200, clock[0] + 11
    assert Peer("cellar").get("/internal/bottles") == {"bottles": 3}
    assert Peer("cellar").get("/internal/bottles") == {"bottles": 3}


def test_answers_that_are_not_the_peers_fault_do_not_open_the_breaker(cellar: Cellar) -> None:
    cellar.status = 404
    for _ in range(8):
        with pytest.raises(LookupError):
            Peer("cellar").get("/internal/bottles")
    assert len(cellar.seen) == 8


def test_nobody_at_the_address_is_a_peer_that_is_away(
    context: Flask, cellar: Cellar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        empty = probe.getsockname()[1]
    monkeypatch.setitem(context.extensions["chassis"].peers, "cellar", f"http://127.0.0.1:{empty}")

    with pytest.raises(Unavailable):
        Peer("cellar").get("/internal/bottles")


def test_while_a_breaker_is_open_one_call_at_a_time_tries() -> None:
    clock = [0.0]
    breaker = Breaker(opens_after=2, open_for=10, clock=lambda: clock[0])
    breaker.report(success=False)
    assert breaker.permits()
    breaker.report(success=False)
    assert (breaker.permits(), breaker.is_open, breaker.retry_after) == (False, True, 10)

    clock[0] = 10
    assert [breaker.permits() for _ in range(3)] == [True, False, False]
    breaker.report(success=False)
    assert not breaker.permits()

    clock[0] = 20
    assert breaker.permits()
    breaker.report(success=True)
    assert (breaker.permits(), breaker.is_open, breaker.retry_after) == (True, False, 0)
