"""Many requests over one connection, plain reads and others mixed: each is answered, in order, and none is made of another's body."""

from __future__ import annotations

import socket
from contextlib import closing
from http.client import HTTPConnection

import pytest
from running import Gateway
from upstream import Upstream

ORDERS = "/api/v1/testing/orders"


def head(target: str, token: str, *lines: str, method: str = "GET") -> bytes:
    first = [f"{method} {target} HTTP/1.1", "Host: a", f"Authorization: Bearer {token}"]
    return "\r\n".join([*first, *lines, "", ""]).encode()


def targets(upstream: Upstream) -> list[str]:
    return [seen.target for seen in upstream.seen if seen.target.startswith(ORDERS)]


def test_a_hundred_reads_take_one_connection(gateway: Gateway, upstream: Upstream, token: str) -> None:
    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=10)) as link:
        for number in range(100):
            link.request("GET", f"{ORDERS}/{number}", headers={"Authorization": f"Bearer {token}"})
            before, answer = link.sock, link.getresponse()
            assert (answer.status, answer.read() != b"", link.sock) == (200, True, before)

    assert targets(upstream) == [f"{ORDERS}/{number}" for number in range(100)]


def test_reads_sent_at_once_are_answered_in_order(gateway: Gateway, upstream: Upstream, token: str) -> None:
    said = gateway.raw(
        b"".join(head(f"{ORDERS}/{number}", token) for number in range(5))
        + head("/healthz", token)
        + head(f"{ORDERS}/5", token)
        + head(f"{ORDERS}/6", token, "Connection: close")
    )

    assert said.count(b"HTTP/1.1 200 OK\r\n") == 8
    assert targets(upstream) == [f"{ORDERS}/{number}" for number in range(7)]
    assert said.index(b"orders/4") < said.index(b'{"status":"ok"}') < said.index(b"orders/5") < said.index(b"orders/6")


def test_a_read_whose_head_comes_in_pieces_is_a_read(gateway: Gateway, upstream: Upstream, token: str) -> None:
    sent = head(ORDERS, token)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as link:
        for number in range(0, len(sent), 100):
            link.sendall(sent[number : number + 100])
        assert link.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("target", [ORDERS, "/api/v1/nowhere/orders", "/healthz", "/masuk"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_read_inside_a_body_is_never_one(
    gateway: Gateway, upstream: Upstream, token: str, method: str, target: str
) -> None:
    inner = head(f"{ORDERS}/smuggled", token)
    gateway.raw(
        head("/healthz", token)
        + head(target, token, f"Content-Length: {len(inner)}", method=method)
        + inner
        + head(f"{ORDERS}/last", token, "Connection: close"),
        wait=3,
    )

    assert f"{ORDERS}/smuggled" not in targets(upstream)


@pytest.mark.parametrize(
    "line",
    [
        "Host: b",
        "Authorization: Bearer x",
        "Content-Length: 0\r\nContent-Length: 5",
        "Upgrade: h2c\r\nHost: c",
        " folded",
    ],
)
def test_what_is_said_twice_or_oddly_is_no_plain_read(
    gateway: Gateway, upstream: Upstream, token: str, line: str
) -> None:
    said = gateway.raw(head(ORDERS, token, line, "Connection: close"), wait=2)

    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 401 "))
    assert targets(upstream) == []


def test_an_answer_cut_off_ends_the_connection(gateway: Gateway, token: str) -> None:
    said = gateway.raw(head("/api/v1/testing/cut", token) + head(ORDERS, token), wait=3)

    assert said.count(b"HTTP/1.1 ") == 1
    assert b"Content-Length: 1000\r\n" in said
    assert said.endswith(b"x" * 10)


def test_a_chunked_answer_goes_on_in_chunks_with_its_end(gateway: Gateway, token: str) -> None:
    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=10)) as link:
        link.request("GET", "/api/v1/testing/nothing", headers={"Authorization": f"Bearer {token}"})
        answer = link.getresponse()
        assert (answer.status, answer.read(), answer.getheader("Transfer-Encoding")) == (204, b"", None)
        link.request("GET", "/api/v1/openapi.json")
        assert link.getresponse().read().startswith(b"{")
