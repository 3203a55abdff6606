"""Bodies of requests on their way to a service: read as they are sent, counted, and never complete when the client stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RD, socket
from threading import Timer
from typing import Any

from chassis.problems import Problem, TooLarge, Unreadable

CHUNK = 64 * 1024
DISCARD_BYTES = 1024 * 1024
DISCARD_SECONDS = 1.0


class TooSlow(Problem):
    status = 408


class Body:
    """What the client sends, in pieces. `length` is None when it comes chunked.

    The first piece is read before anybody is called: whoever dawdles over an ordinary form holds no service meanwhile.
    """

    def __init__(self, source: Any, client: socket | None, *, length: int | None, limit: int, patience: float) -> None:
        self._source = source
        self._client = client
        self._limit = limit
        self._patience = patience
        self.length = length
        self._first = self._read(self._next(0))

    @classmethod
    def of(cls, environ: dict[str, Any], *, limit: int, patience: float) -> Body | None:
        """The body of this request, or None. Every piece must come within `patience` seconds."""
        length = None if environ.get("HTTP_TRANSFER_ENCODING") else int(environ.get("CONTENT_LENGTH") or 0)
        if length == 0:
            return None
        client = environ.get("gunicorn.socket")
        return cls(environ["wsgi.input"], client, length=length, limit=limit, patience=patience)

    def __iter__(self) -> Iterator[bytes]:
        chunk, seen = self._first, 0
        while chunk:
            seen += len(chunk)
            if seen > self._limit:
                raise TooLarge("Isi permintaan melebihi batas ukuran.")
            yield chunk
            chunk = self._read(self._next(seen))
        if self.length is not None and seen < self.length:
            raise Unreadable("Isi permintaan terputus.")

    def _next(self, seen: int) -> int:
        return CHUNK if self.length is None else min(CHUNK, self.length - seen)

    def _read(self, size: int) -> bytes:
        if size == 0:
            return b""
        began = time.monotonic()
        try:
            with _impatient(self._client, self._patience):
                chunk: bytes = self._source.read(size)
        except Exception as error:
            raise self._fault(began) from error
        if len(chunk) < size and (self.length is not None or time.monotonic() - began >= self._patience):
            raise self._fault(began)
        return chunk

    def _fault(self, began: float) -> Problem:
        if time.monotonic() - began >= self._patience:
            return TooSlow("Isi permintaan terlalu lama dikirim.")
        return Unreadable("Isi permintaan terputus.")


@contextmanager
def _impatient(client: socket | None, seconds: float) -> Iterator[None]:
    """A time-out for many reads together: single bytes may trickle in for ever."""
    if client is None:
        yield
        return
    timer = Timer(seconds, _stop_reading, [client])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _stop_reading(client: socket) -> None:
    with suppress(OSError):
        client.shutdown(SHUT_RD)


def discard(environ: dict[str, Any]) -> None:
    """Take in a little of a body that was refused, so that the client gets to read why; then the connection ends."""
    source = environ["wsgi.input"]
    if not environ.get("HTTP_TRANSFER_ENCODING") and not int(environ.get("CONTENT_LENGTH") or 0):
        return
    if client := environ.get("gunicorn.socket"):
        client.settimeout(DISCARD_SECONDS)
    left, until = DISCARD_BYTES, time.monotonic() + DISCARD_SECONDS
    try:
        while left > 0 and time.monotonic() < until and (chunk := source.read(CHUNK)):
            left -= len(chunk)
    except Exception:  # gone or slow: either way there is nothing left to read
        left = 0
    if left <= 0 or time.monotonic() >= until:
        source.failed = True  # gunicorn: where the next request begins is unknown, so it closes
