"""Plain reads of the API, from the socket to the door and back, without the detours of a server for everything.

Only a GET under `/api/v1/<service>/` whose head is here as a whole, is written in the simplest way and announces no body is taken. It is
looked at without being taken from the socket: whatever is not as plain as that is left there for gunicorn, which knows how to refuse it.
"""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from gateway.headers import Headers
from gateway.upstreams import Unavailable
from gateway.wire import BODILESS, message_head

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

LOOK = 8192
KEPT = "keep-alive"
SPECIAL = frozenset("HTTP_CONTENT_LENGTH HTTP_TRANSFER_ENCODING HTTP_EXPECT HTTP_UPGRADE".split())

_HEAD = re.compile(
    rb"GET (/api/v1/[a-z]+/[!-~]{1,3000}) HTTP/1\.1\r\n"
    rb"((?:[A-Za-z0-9!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*\r\n){1,64})\r\n"
)


class Reads:
    def __init__(self, door: Application, *, idle: float, patience: float, is_serving: Callable[[], bool]) -> None:
        self._door = door
        self._idle = idle
        self._patience = patience
        self._is_serving = is_serving

    def serve(self, client: socket.socket, address: tuple[str, int]) -> bool:
        """Answer one plain read after the other; whether the connection goes on, with something else waiting in it."""
        try:
            while (environ := self._next(client, address)) is not None:
                client.settimeout(self._patience)
                if not self._answer(client, environ):
                    return False
        except (OSError, EOFError):
            return False
        client.settimeout(None)
        return True

    def _next(self, client: socket.socket, address: tuple[str, int]) -> Environ | None:
        client.settimeout(self._idle)
        seen = client.recv(LOOK, socket.MSG_PEEK)
        if not seen:
            raise EOFError
        found = _HEAD.match(seen)
        environ = _environ(found, address) if found else None
        if found and environ is not None:
            client.recv(found.end())
        return environ

    def _answer(self, client: socket.socket, environ: Environ) -> bool:
        """Whether another request may follow."""
        reply = _Reply(client, keeps=self._is_serving())
        body = self._door(environ, reply.start)
        try:
            for piece in body:
                reply.write(piece)
            reply.end()
        except Unavailable:  # in the middle of the body: a connection that ends is how the client learns of it
            return False
        finally:
            if close := getattr(body, "close", None):
                close()
        return reply.keeps and self._is_serving()


class _Reply:
    """Writes the head together with the first piece of the body, which is chunked unless its length is known."""

    def __init__(self, client: socket.socket, *, keeps: bool) -> None:
        self._client = client
        self._unsent = b""
        self._is_chunked = self._is_bodiless = False
        self.keeps = keeps

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self._is_bodiless = int(status[:3]) in BODILESS
        self._is_chunked = not self._is_bodiless and not any(name.lower() == "content-length" for name, _ in headers)
        own = [("Date", _date(int(time.time()))), ("Connection", KEPT if self.keeps else "close")]
        if self._is_chunked:
            own.append(("Transfer-Encoding", "chunked"))
        self._unsent = message_head(f"HTTP/1.1 {status}", [*own, *headers])

    def write(self, piece: bytes) -> None:
        if piece and not self._is_bodiless:
            framed = b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece
            self._client.sendall(self._unsent + framed)
            self._unsent = b""

    def end(self) -> None:
        if rest := self._unsent + (b"0\r\n\r\n" if self._is_chunked else b""):
            self._client.sendall(rest)


def _environ(found: re.Match[bytes], address: tuple[str, int]) -> Environ | None:
    """None when a header is there twice, or asks for more than a plain read."""
    target = found[1].decode("latin-1")
    path, _, query = target.partition("?")
    fields = _fields(found[2].decode("latin-1").split("\r\n")[:-1])
    if fields is None or "HTTP_HOST" not in fields:
        return None
    return {
        **_ALWAYS,
        **fields,
        "RAW_URI": target,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": address[0],
        "REMOTE_PORT": str(address[1]),
        "wsgi.input": BytesIO(),
    }


def _fields(lines: list[str]) -> dict[str, str] | None:
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[_key(name)] = value.strip(" \t")
    is_twice = len(fields) < len(lines)
    is_kept = fields.get("HTTP_CONNECTION", KEPT).lower() == KEPT
    return fields if is_kept and not is_twice and fields.keys().isdisjoint(SPECIAL) else None


@lru_cache(256)
def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key == "CONTENT_TYPE" else f"HTTP_{key}"


@lru_cache(2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


_ALWAYS: Environ = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "SERVER_NAME": "gateway",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
