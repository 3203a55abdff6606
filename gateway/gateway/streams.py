"""Server-sent events for the bell: few, short, and over as soon as the session is. Beyond that pages ask by themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from chassis.keys import Claims
from chassis.problems import Problem, TooMany
from gateway.upstreams import Exchange, Unavailable, Upstreams

PATH = "/api/v1/notify/stream"
PER_PERSON = 5
WATCH_SECONDS = 1.0


class NoRoom(Problem):
    status = 503


class Streams:
    """The open streams of this process."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open: set[Stream] = set()
        self._is_watching = False
        self.is_serving: Callable[[], bool] = lambda: True

    def open(self, upstreams: Upstreams, claims: Claims, headers: dict[str, str]) -> Stream:
        """Start to pipe notify's stream for one person."""
        self._check_room(claims["sub"])
        exchange = upstreams.get("notify").open(
            "GET", PATH, headers={**headers, "Accept": "text/event-stream"}, read_timeout=self._seconds
        )
        if exchange.status != 200:
            exchange.close()
            raise Unavailable("notify")
        stream = Stream(exchange, claims, until=time.monotonic() + self._seconds, leave=self._leave)
        with self._lock:
            self._open.add(stream)
            if not self._is_watching:
                self._is_watching = True
                threading.Thread(target=self._watch, name="streams", daemon=True).start()
        return stream

    def end_of(self, is_revoked: Callable[[Claims], bool]) -> None:
        """End the streams of those whose session is over."""
        for stream in list(self._open):
            if is_revoked(stream.claims):
                stream.end()

    def __len__(self) -> int:
        return len(self._open)

    def _check_room(self, person: str) -> None:
        if len(self._open) >= self._limit:
            raise NoRoom("Terlalu banyak sambungan langsung.", headers={"Retry-After": str(round(self._seconds))})
        if sum(stream.claims["sub"] == person for stream in list(self._open)) >= PER_PERSON:
            raise TooMany("Terlalu banyak sambungan langsung.", headers={"Retry-After": str(round(self._seconds))})

    def _leave(self, stream: Stream) -> None:
        with self._lock:
            self._open.discard(stream)

    def _watch(self) -> None:
        """End what had its time, and everything when this process is told to stop."""
        while True:
            with self._lock:
                if not self._open:
                    self._is_watching = False
                    return
            now, is_serving = time.monotonic(), self.is_serving()
            for stream in list(self._open):
                if now >= stream.until or not is_serving:
                    stream.end()
            time.sleep(WATCH_SECONDS)


class Stream:
    """The body of one stream; ends quietly."""

    def __init__(self, exchange: Exchange, claims: Claims, until: float, leave: Callable[[Stream], None]) -> None:
        self._exchange = exchange
        self._leave = leave
        self.claims = claims
        self.until = until

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._exchange.chunks()
        except Unavailable:
            return

    def end(self) -> None:
        self._exchange.interrupt()

    def close(self) -> None:
        self._leave(self)
        self._exchange.close()
