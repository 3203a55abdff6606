"""One kept connection to a service: writes a request, reads an answer. HTTP/1.1 without upgrades; httptools does the parsing."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable, Iterator, Mapping

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from urllib3.util.wait import wait_for_read

CHUNK = 64 * 1024
MAX_HEAD = 64 * 1024
BODILESS = frozenset({204, 304})

Fields = list[tuple[str, str]]


class Broken(Exception):
    """The other side hung up or does not speak HTTP."""


class Stale(Broken):
    """A connection that was kept too long: closed before a byte of the answer came."""


class Link:
    """A connection. Answers come one at a time; it `is_reusable` once the last one was read to its end."""

    def __init__(self, address: tuple[str, int], connect_timeout: float) -> None:
        self._sock = socket.create_connection(address, connect_timeout)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._timeout = connect_timeout
        self._was_used = False
        self.is_reusable = False

    def ask(
        self,
        head: bytes,
        body: bytes | Iterable[bytes] | None,
        *,
        is_head: bool,
        is_chunked: bool,
        timeout: float,
    ) -> Answer:
        """Send a request and wait for the head of its answer. Raises Broken, TimeoutError, and what reading the body raises."""
        self.is_reusable = False
        if timeout != self._timeout:
            self._sock.settimeout(timeout)
            self._timeout = timeout
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before it hung up
            self._send(head, body, is_chunked)
        answer = Answer(self, is_head)
        answer.begin()
        self._was_used = True
        return answer

    def receive(self) -> bytes:
        try:
            return self._sock.recv(CHUNK)
        except ConnectionError as error:
            raise self.ended() from error

    def ended(self) -> Broken:
        return Stale("kept too long") if self._was_used else Broken("hung up")

    @property
    def is_hung_up(self) -> bool:
        """Whether the other side ended it, or said something nobody asked for."""
        return wait_for_read(self._sock, timeout=0)

    def interrupt(self) -> None:
        """Wake up whoever waits for more."""
        self._sock.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        self._sock.close()

    def __del__(self) -> None:
        """An answer that was dropped instead of closed takes its connection along."""
        if hasattr(self, "_sock"):
            self.close()

    def _send(self, head: bytes, body: bytes | Iterable[bytes] | None, is_chunked: bool) -> None:
        if body is None or isinstance(body, bytes):
            self._sock.sendall(head + body if body else head)
            return
        for piece in body:
            self._sock.sendall(head + (b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece))
            head = b""
        if head or is_chunked:
            self._sock.sendall(head + (b"0\r\n\r\n" if is_chunked else b""))


class Answer:
    """Status and fields of an answer, then its body in pieces. The callbacks are httptools'."""

    def __init__(self, link: Link, is_head: bool) -> None:
        self._link = link
        self._parser = HttpResponseParser(self)
        self._is_head = is_head
        self._pieces: list[bytes] = []
        self._has_head = self._keeps = self._ends_with_link = self._is_odd = False
        self.is_complete = False
        self.status = 0
        self.fields: Fields = []

    def begin(self) -> None:
        """Read until the head is there."""
        received = 0
        while not self._has_head:
            content = self._link.receive()
            if not content:
                raise self._link.ended() if not received else Broken("head cut off")
            received += len(content)
            self._feed(content)
            if received > MAX_HEAD and not self._has_head:
                raise Broken("head without end")

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives. Raises Broken when it stops early."""
        while True:
            if self._pieces:
                content = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
                self._pieces.clear()
                yield content
            elif self.is_complete:
                return
            else:
                self._more()

    def _more(self) -> None:
        content = self._link.receive()
        if content:
            self._feed(content)
        elif self._ends_with_link:
            self.is_complete = True
        else:
            raise Broken("body cut off")

    def _feed(self, content: bytes) -> None:
        try:
            self._parser.feed_data(content)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self.is_complete:
                raise Broken("not HTTP, or an upgrade nobody asked for") from error
            self._is_odd = True
        self._link.is_reusable = self.is_complete and self._keeps and not self._is_odd

    def on_message_begin(self) -> None:
        self._is_odd = self.is_complete  # more than was asked for

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.is_complete:
            self.fields.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        if self.is_complete:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self.fields.clear()
            return
        self.status, self._has_head, self._keeps = status, True, self._parser.should_keep_alive()
        if self._is_head or status in BODILESS:
            self.is_complete = True
        elif not self._is_framed():
            self._ends_with_link = True

    def on_body(self, content: bytes) -> None:
        if self.is_complete:
            self._is_odd = True
        else:
            self._pieces.append(content)

    def on_message_complete(self) -> None:
        if self._has_head:
            self.is_complete = True

    def _is_framed(self) -> bool:
        return any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self.fields)


def request_head(method: str, target: str, fields: Mapping[str, str]) -> bytes:
    if " " in target:
        raise ValueError("a target that cannot be sent")
    return message_head(f"{method} {target} HTTP/1.1", fields.items())


def message_head(first: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of a head. A line end inside a value would begin a field, or a message, of somebody else's choice."""
    lines = [first, *[f"{name}: {value}" for name, value in fields], "", ""]
    text = "\r\n".join(lines)
    ends = len(lines) - 1
    if text.count("\n") != ends or text.count("\r") != ends or "\0" in text:
        raise ValueError("a header that cannot be sent")
    return text.encode("latin-1")
