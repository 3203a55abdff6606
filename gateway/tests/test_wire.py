"""What a service may say over a kept connection, and what becomes of it. A server of bytes, so that it can say anything."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from gateway.config import Config
from gateway.upstreams import Unavailable, Upstream
from gateway.wire import message_head

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Scripted:
    """Says the next piece of its script to each request; None hangs up. Knows which connection each request came over."""

    def __init__(self, script: list[bytes | None]) -> None:
        self.script = script
        self.came: list[tuple[int, bytes]] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            number += 1
            threading.Thread(target=self._talk, args=(link, number), daemon=True).start()

    def _talk(self, link: socket.socket, number: int) -> None:
        with link:
            while received := link.recv(65536):
                self.came.append((number, received))
                said = self.script.pop(0) if self.script else None
                if said is None:
                    return
                link.sendall(said)
                if said.endswith(b"CLOSE"):
                    return


@pytest.fixture
def service() -> Iterator[Callable[..., tuple[Scripted, Upstream]]]:
    made: list[tuple[Scripted, Upstream]] = []

    def make(*script: bytes | None, **settings: float) -> tuple[Scripted, Upstream]:
        server = Scripted(list(script))
        made.append((server, Upstream("testing", server.address, Config(key_file="", **settings))))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for server, upstream in made:
        upstream.close()
        server.close()


def ask(upstream: Upstream, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    headers = {"Content-Length": str(len(body))} if body else {}
    with upstream.open(method, "/orders", headers=headers, body=body) as exchange:
        return exchange.status, exchange.read()


def chunked(*pieces: bytes) -> bytes:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (OK, (200, b"hi")),
        (chunked(b"ha", b"lo"), (200, b"halo")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", (304, b"")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, (200, b"hi")),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK, (200, b"hi")),
    ],
)
def test_each_kind_of_answer_is_read_to_its_end_and_its_connection_kept(
    service: Callable[..., tuple[Scripted, Upstream]], said: bytes, expected: tuple[int, bytes]
) -> None:
    server, upstream = service(said, said, said)

    assert [ask(upstream) for _ in range(3)] == [expected] * 3
    assert {number for number, _ in server.came} == {1}


def test_a_head_is_asked_for_without_a_body(service: Callable[..., tuple[Scripted, Upstream]]) -> None:
    server, upstream = service(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", OK)

    assert [ask(upstream, "HEAD"), ask(upstream)] == [(200, b""), (200, b"hi")]
    assert {number for number, _ in server.came} == {1}


@pytest.mark.parametrize(
    "said",
    [
        OK + b"more",
        OK + OK,
        b"HTTP/1.1 204 No Content\r\n\r\nbody",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\n\r\nCLOSE",
    ],
)
def test_a_connection_that_may_still_carry_something_is_not_used_again(
    service: Callable[..., tuple[Scripted, Upstream]], said: bytes
) -> None:
    server, upstream = service(said, OK)

    assert ask(upstream)[0] in (200, 204)
    assert ask(upstream) == (200, b"hi")
    assert [number for number, _ in server.came] == [1, 2]


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 70_000,
    ],
)
def test_what_is_no_answer_is_a_502(service: Callable[..., tuple[Scripted, Upstream]], said: bytes) -> None:
    _, upstream = service(*[said] * 3)

    with pytest.raises(Unavailable) as refusal:
        ask(upstream)
    assert refusal.value.status == 502


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nCLOSE",
        chunked(b"half").removesuffix(b"0\r\n\r\n") + b"5\r\nCLOSE",
    ],
)
def test_a_body_cut_off_never_looks_complete(service: Callable[..., tuple[Scripted, Upstream]], said: bytes) -> None:
    _, upstream = service(said)

    with pytest.raises(Unavailable) as refusal:
        ask(upstream)
    assert refusal.value.status == 502


def restarted(server: Scripted, upstream: Upstream, kept: int) -> None:
    """Let so many connections be kept, and be hung up by the service."""
    open_ones = [upstream.open("GET", "/orders", headers={}) for _ in range(kept)]
    for exchange in open_ones:
        exchange.read()
        exchange.close()
    for link in list(upstream._kept):
        link._sock.shutdown(socket.SHUT_WR)  # the other side sees the end and closes
    time.sleep(0.2)


def test_after_a_service_was_started_anew_reading_succeeds_at_once(
    service: Callable[..., tuple[Scripted, Upstream]],
) -> None:
    server, upstream = service(*[OK] * 6)
    restarted(server, upstream, kept=5)

    assert ask(upstream) == (200, b"hi")
    assert [number for number, _ in server.came][-1] == 6


def test_writing_takes_no_connection_that_was_hung_up(service: Callable[..., tuple[Scripted, Upstream]]) -> None:
    server, upstream = service(*[OK] * 6)
    restarted(server, upstream, kept=5)

    assert ask(upstream, "POST", b"x") == (200, b"hi")
    assert len(server.came) == 6


def test_a_write_whose_connection_ends_is_sent_once(service: Callable[..., tuple[Scripted, Upstream]]) -> None:
    server, upstream = service(OK, None, OK)
    ask(upstream)

    with pytest.raises(Unavailable) as refusal:
        ask(upstream, "POST", b"x")
    assert (refusal.value.status, len(server.came)) == (502, 2)


@pytest.mark.parametrize("value", ["a\r\nX-User: root", "a\nb", "a\rb", "a\0b"])
def test_a_value_never_becomes_a_header_of_its_own(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        message_head("GET / HTTP/1.1", [("If-Match", value)])
