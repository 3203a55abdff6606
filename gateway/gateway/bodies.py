"""Bodies of requests on their way to a service: read as they are sent, counted, and never complete when the client stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from chassis.problems import Problem, TooLarge, Unreadable

CHUNK = 64 * 1024
DISCARD_BYTES = 1024 * 1024
DISCARD_SECONDS = 1.0


class TooSlow(Problem):
    status = 408


class Body:
    """What the client sends, in pieces. `length` is None when it comes chunked."""

    def __init__(self, source: Any, length: int | None, limit: int) -> None:
        self._source = source
        self._limit = limit
        self.length = length

    @classmethod
    def of(cls, environ: dict[str, Any], limit: int) -> Body | None:
        """The body of this request, or None."""
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return cls(environ["wsgi.input"], None, limit)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        return cls(environ["wsgi.input"], length, limit) if length else None

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        while chunk := self._read(CHUNK if self.length is None else min(CHUNK, self.length - seen)):
            seen += len(chunk)
            if seen > self._limit:
                raise TooLarge("Isi permintaan melebihi batas ukuran.")
            yield chunk
        if self.length is not None and seen < self.length:
            raise Unreadable("Isi permintaan terputus.")

    def _read(self, size: int) -> bytes:
        try:
            chunk: bytes = self._source.read(size) if size else b""
        except TimeoutError as error:
            raise TooSlow("Isi permintaan terlalu lama dikirim.") from error
        except Exception as error:
            raise Unreadable("Isi permintaan terputus.") from error
        return chunk


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
