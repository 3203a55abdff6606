"""Bodies, time and failures between a client and a service."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from http.client import IncompleteRead
from pathlib import Path
from typing import Any

import pytest
from running import Gateway
from upstream import MEGABYTE, Upstream

LIMIT = 25 * 1024 * 1024


def resident_kilobytes(gateway: Gateway) -> int:
    """Memory of all processes of this gateway."""
    children = Path(f"/proc/{gateway.process.pid}/task/{gateway.process.pid}/children").read_text().split()
    return sum(_resident(pid) for pid in children)


def _resident(pid: str) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


def head(target: str, token: str, *lines: str, method: str = "POST") -> bytes:
    return "\r\n".join(
        [f"{method} {target} HTTP/1.1", "Host: a", f"Authorization: Bearer {token}", *lines, "", ""]
    ).encode()


def test_a_large_answer_is_passed_on_before_it_is_complete(gateway: Gateway, upstream: Upstream, token: str) -> None:
    before = resident_kilobytes(gateway)
    with gateway.open("GET", "/api/v1/documents/files/large", token=token) as response:
        digest = hashlib.sha256(response.read(10 * len(MEGABYTE)))
        grown = resident_kilobytes(gateway) - before
        upstream.release.set()
        digest.update(response.read())

    assert digest.hexdigest() == hashlib.sha256(MEGABYTE * 20).hexdigest()
    assert grown < 8_000


def test_a_large_upload_arrives_whole_without_being_kept(gateway: Gateway, upstream: Upstream, token: str) -> None:
    before = resident_kilobytes(gateway)
    answer = gateway.ask(
        "POST", "/api/v1/documents/files", token=token, body=MEGABYTE * 20, Content_Type="application/pdf"
    )

    seen = upstream.last("/api/v1/documents/files")
    assert answer.status == 200
    assert (seen.size, seen.sha256) == (20 * len(MEGABYTE), hashlib.sha256(MEGABYTE * 20).hexdigest())
    assert seen.header("Content-Length") == str(seen.size)
    assert resident_kilobytes(gateway) - before < 8_000


def test_an_upload_without_a_length_is_passed_on_in_chunks(gateway: Gateway, upstream: Upstream, token: str) -> None:
    said = gateway.raw(
        head("/api/v1/documents/files", token, "Connection: close", "Transfer-Encoding: chunked")
        + b"4\r\nsatu\r\n3\r\ndua\r\n0\r\n\r\n"
    )

    seen = upstream.last("/api/v1/documents/files")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert (seen.size, seen.header("Transfer-Encoding"), seen.header("Content-Length")) == (7, "chunked", None)


def test_ten_gigabytes_are_refused_when_announced(gateway: Gateway, upstream: Upstream, token: str) -> None:
    began = time.monotonic()
    said = gateway.raw(head("/api/v1/documents/files", token, f"Content-Length: {10 * 1024**3}"))

    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in said
    assert time.monotonic() - began < 3
    assert upstream.count("/api/v1/documents/files") == 0


def test_an_endless_body_is_cut_at_the_limit(gateway: Gateway, upstream: Upstream, token: str) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as client:
        client.sendall(head("/api/v1/documents/files", token, "Transfer-Encoding: chunked"))
        sent, chunk = 0, b"100000\r\n" + MEGABYTE + b"\r\n"
        try:
            while sent < 10 * LIMIT:
                client.sendall(chunk)
                sent += len(MEGABYTE)
        except OSError:
            pass
        said = _all(client)

    assert said.startswith(b"HTTP/1.1 413 ")
    assert sent < 2 * LIMIT


def test_pages_have_the_same_limit(gateway: Gateway) -> None:
    assert gateway.raw(head("/masuk", "x", f"Content-Length: {LIMIT + 1}")).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_stops_early_never_looks_complete_to_a_service(
    gateway: Gateway, upstream: Upstream, token: str
) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as client:
        client.sendall(head("/api/v1/documents/files", token, "Content-Length: 1000") + b"x" * 10)
        client.shutdown(socket.SHUT_WR)
        said = _all(client)

    assert said.startswith(b"HTTP/1.1 400 ")
    assert upstream.count("/api/v1/documents/files") == 0


def test_an_upload_that_stops_midway_never_looks_complete_to_a_service(
    gateway: Gateway, upstream: Upstream, token: str
) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as client:
        client.sendall(head("/api/v1/documents/files", token, f"Content-Length: {10 * len(MEGABYTE)}") + MEGABYTE)
        client.shutdown(socket.SHUT_WR)
        said = _all(client)

    assert said.startswith(b"HTTP/1.1 400 ")
    assert upstream.last("/api/v1/documents/files").sha256 == ""


@pytest.mark.slow
def test_a_client_that_sends_nothing_more_is_given_up(start_gateway: Any, upstream: Upstream, token: str) -> None:
    with start_gateway(upstream, CLIENT_TIMEOUT="0.5") as own:
        said = own.raw(head("/api/v1/documents/files", token, "Content-Length: 1000") + b"x" * 10, wait=5)
        trickled = trickle(own, head("/api/v1/documents/files", token, "Content-Length: 1000"))

    assert said.startswith(b"HTTP/1.1 408 ")
    assert trickled.startswith(b"HTTP/1.1 408 ")
    assert upstream.count("/api/v1/documents/files") == 0


def trickle(gateway: Gateway, start: bytes) -> bytes:
    """One byte every tenth of a second: each read is quick, the whole never ends."""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as client:
        client.sendall(start)
        try:
            for _ in range(50):
                client.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            pass
        return _all(client)


@pytest.mark.slow
def test_clients_that_dawdle_over_the_head_are_closed_and_keep_nobody_waiting(gateway: Gateway, token: str) -> None:
    slow = [socket.create_connection(("127.0.0.1", gateway.port), timeout=10) for _ in range(200)]
    try:
        for client in slow:
            client.sendall(b"GET /api/v1/testing/orders HTTP/1.1\r\nHost: a\r\n")
        began = time.monotonic()
        assert gateway.ask("GET", "/api/v1/testing/orders", token=token).status == 200
        assert time.monotonic() - began < 4
        assert {client.recv(100) for client in slow} == {b""}
    finally:
        for client in slow:
            client.close()


def test_a_refusal_before_the_body_was_sent_reaches_the_client(gateway: Gateway, token: str) -> None:
    answer = gateway.ask("POST", "/api/v1/documents/refuses-early", token=token, body=MEGABYTE)

    assert answer.status == 413


@pytest.mark.parametrize("name", ["cut", "cut-chunked"])
def test_an_answer_that_breaks_off_never_looks_complete(gateway: Gateway, token: str, name: str) -> None:
    with gateway.open("GET", f"/api/v1/testing/{name}", token=token) as response, pytest.raises(IncompleteRead):
        response.read()

    assert gateway.ask("GET", "/api/v1/testing/orders", token=token).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_dies_after_the_head_of_its_answer_is_a_502(gateway: Gateway, token: str, method: str) -> None:
    answer = gateway.ask(method, "/api/v1/testing/cut-after-head", token=token)

    assert answer.status == 502
    assert answer.json["status"] == 502
    assert gateway.ask("GET", "/api/v1/testing/orders", token=token).status == 200


def test_status_headers_and_emptiness_pass(gateway: Gateway, upstream: Upstream, token: str) -> None:
    empty = gateway.ask("DELETE", "/api/v1/testing/nothing", token=token, If_Match='"3"', Idempotency_Key="k-1")
    tagged = gateway.ask("GET", "/api/v1/testing/etag", token=token)
    peeked = gateway.ask("HEAD", "/api/v1/testing/etag", token=token)
    failing = gateway.ask("GET", "/api/v1/testing/failing", token=token)

    seen = upstream.last("/api/v1/testing/nothing")
    assert (empty.status, empty.content) == (204, b"")
    assert (seen.header("If-Match"), seen.header("Idempotency-Key")) == ('"3"', "k-1")
    assert (tagged.header("ETag"), tagged.header("Cache-Control")) == ('"7"', "no-store")
    assert (peeked.status, peeked.content, peeked.header("Content-Length")) == (200, b"", "2")
    assert (failing.status, failing.json) == (500, {"detail": "rusak"})


def test_query_and_path_arrive_as_they_were_sent(gateway: Gateway, upstream: Upstream, token: str) -> None:
    target = "/api/v1/testing/orders/a%20b%C3%A9,c?q=%2F..%2F&box=a+b&sort=-created_at"
    assert gateway.ask("GET", target, token=token).json["target"] == target


def test_every_answer_carries_its_guards(gateway: Gateway, token: str) -> None:
    answers = [
        gateway.ask("GET", "/api/v1/testing/orders", token=token),
        gateway.ask("GET", "/api/v1/testing/orders", token="x"),
        gateway.ask("GET", "/api/v1/testing/..", token=token),
        gateway.ask("GET", "/api/v1/training/classes", token=token),
        gateway.ask("GET", "/healthz"),
        gateway.ask("GET", "/tidak-ada"),
    ]

    assert [answer.status for answer in answers] == [200, 401, 400, 503, 200, 404]
    for answer in answers:
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert "frame-ancestors 'none'" in (answer.header("Content-Security-Policy") or "")
        assert "unsafe" not in (answer.header("Content-Security-Policy") or "")
        assert answer.header("X-Request-ID")


def test_https_installations_ask_for_https_only(start_gateway: Any, upstream: Upstream) -> None:
    with start_gateway(upstream, PUBLIC_URL="https://layanan.example.go.id") as own:
        answers = [
            own.ask("GET", target) for target in ("/healthz", "/api/v1/testing/orders", "/api/v1/..", "/tidak-ada")
        ]

    assert {answer.header("Strict-Transport-Security") for answer in answers} == {"max-age=31536000; includeSubDomains"}


def test_connections_to_a_service_are_kept(gateway: Gateway, upstream: Upstream, token: str) -> None:
    for _ in range(20):
        gateway.ask("GET", "/api/v1/billing/invoices", token=token)

    assert len({seen.connection for seen in upstream.seen if seen.target.startswith("/api/v1/billing")}) == 1


def test_the_trace_goes_on_with_a_span_of_our_own(gateway: Gateway, upstream: Upstream, token: str) -> None:
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    gateway.ask("GET", "/api/v1/testing/orders", token=token, traceparent=given)

    version, trace, span, flags = (upstream.last("/api/v1/testing/orders").header("Traceparent") or "").split("-")
    assert (version, trace, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "01")
    assert span != "b7ad6b7169203331"


def test_a_service_that_is_down_is_a_polite_503(gateway: Gateway, token: str) -> None:
    answer = gateway.ask("GET", "/api/v1/training/classes", token=token)

    assert (answer.status, answer.header("Content-Type")) == (503, "application/problem+json")
    assert int(answer.header("Retry-After") or 0) >= 1
    assert answer.json["title"] == "Layanan sementara tidak tersedia"
    assert answer.json["request_id"] == answer.header("X-Request-ID")


def test_a_service_that_is_too_slow_is_a_504(gateway: Gateway, token: str) -> None:
    began = time.monotonic()
    answer = gateway.ask("GET", "/api/v1/testing/slow", token=token)

    assert answer.status == 504
    assert time.monotonic() - began < 3


def test_reading_is_tried_again_and_writing_is_not(gateway: Gateway, upstream: Upstream, token: str) -> None:
    assert gateway.ask("GET", "/api/v1/billing/reset", token=token).status == 502
    assert upstream.count("/api/v1/billing/reset") == 3
    upstream.seen.clear()

    assert gateway.ask("POST", "/api/v1/billing/reset", token=token, body={}).status == 502
    assert upstream.count("/api/v1/billing/reset") == 1


@pytest.fixture
def impatient(start_gateway: Any, upstream: Upstream) -> Iterator[Gateway]:
    with start_gateway(upstream, READ_TIMEOUT="0.3", BREAKER_SECONDS="1", MAX_IN_FLIGHT="4") as own:
        yield own


def test_a_service_that_keeps_failing_is_left_alone_then_tried_once(
    impatient: Gateway, upstream: Upstream, token: str
) -> None:
    for _ in range(5):
        assert impatient.ask("GET", "/api/v1/testing/slow", token=token).status == 504

    assert impatient.ask("GET", "/api/v1/testing/orders", token=token).status == 503
    assert upstream.count("/api/v1/testing/orders") == 0
    assert impatient.ask("GET", "/api/v1/billing/invoices", token=token).status == 200
    assert impatient.ask("GET", "/readyz").json["degraded"] == ["testing"]

    time.sleep(1.1)
    assert impatient.ask("GET", "/api/v1/testing/orders", token=token).status == 200
    assert impatient.ask("GET", "/readyz").json["degraded"] == []


@pytest.mark.slow
def test_one_slow_service_takes_no_more_than_its_share(start_gateway: Any, upstream: Upstream, token: str) -> None:
    with start_gateway(upstream, MAX_IN_FLIGHT="4") as own:
        statuses: list[int] = []
        slow = [
            threading.Thread(target=lambda: statuses.append(own.ask("GET", "/api/v1/testing/slow", token=token).status))
            for _ in range(8)
        ]
        for thread in slow:
            thread.start()
        time.sleep(0.5)
        began = time.monotonic()
        other = own.ask("GET", "/api/v1/billing/invoices", token=token)
        took = time.monotonic() - began
        for thread in slow:
            thread.join()

    assert (other.status, sorted(statuses)) == (200, [200] * 4 + [503] * 4)
    assert took < 2


@pytest.mark.slow
def test_a_gateway_told_to_stop_finishes_what_it_began(start_gateway: Any, upstream: Upstream, token: str) -> None:
    with start_gateway(upstream) as own:
        statuses: list[int] = []
        working = threading.Thread(
            target=lambda: statuses.append(own.ask("GET", "/api/v1/testing/slow", token=token).status)
        )
        working.start()
        time.sleep(0.3)
        own.process.terminate()
        began = time.monotonic()
        own.process.wait(10)
        working.join()

    assert statuses == [200]
    assert time.monotonic() - began < 10


def _all(client: socket.socket) -> bytes:
    said = b""
    try:
        while chunk := client.recv(65536):
            said += chunk
    except OSError:
        return said
    return said
