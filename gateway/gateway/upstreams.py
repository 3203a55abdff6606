"""The services behind the door: one pool of kept connections, one breaker and one bulkhead for each."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from urllib3 import HTTPHeaderDict
from urllib3.util import parse_url

from chassis import problems
from chassis.breaker import Breaker
from gateway.config import Config
from gateway.wire import Answer, Broken, Link, Stale, request_head

REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
TRIES = 3


class Unavailable(problems.Unavailable):
    """A service cannot answer now: 502 broken answer, 503 down or busy, 504 too slow."""

    def __init__(self, service: str, status: int = 503, retry_after: float = 5) -> None:
        super().__init__(_DETAILS[status], headers={"Retry-After": str(max(1, round(retry_after)))})
        self.service = service
        self.status = status


_DETAILS = {
    502: "Layanan memutus sambungan sebelum selesai menjawab. Periksa dahulu hasilnya sebelum mengulangi.",
    503: "Bagian ini sedang tidak dapat dihubungi. Silakan coba lagi sebentar lagi.",
    504: "Bagian ini terlalu lama menjawab. Silakan coba lagi sebentar lagi.",
}


class Exchange:
    """An answer whose body has not been read yet. Must be closed."""

    def __init__(self, upstream: Upstream, link: Link, answer: Answer) -> None:
        self._upstream = upstream
        self._link = link
        self._is_open = True
        self._first = b""
        self._rest = answer.pieces()
        self.status = answer.status
        self.fields = answer.fields

    @cached_property
    def headers(self) -> HTTPHeaderDict:
        return HTTPHeaderDict(self.fields)

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives, still encoded as the service sent it. Raises Unavailable when it stops early."""
        if self._first:
            yield self._first
        with self._telling():
            yield from self._rest

    def reach_body(self) -> None:
        """Wait for the beginning of the body: until then the caller can still be told that there is none. Closes and raises Unavailable."""
        try:
            with self._telling():
                self._first = next(self._rest, b"")
        except Unavailable:
            self.close()
            raise

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise Unavailable(self._upstream.name, 504) from error
        except (Broken, OSError) as error:
            raise Unavailable(self._upstream.name, 502) from error

    def read(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks())

    def interrupt(self) -> None:
        """Wake up whoever reads the body: there will be no more."""
        with contextlib.suppress(OSError):
            self._link.interrupt()

    def close(self) -> None:
        """Give the connection back if everything was read, else drop it: it still carries the rest."""
        if not self._is_open:
            return
        self._is_open = False
        self._upstream.take_back(self._link)
        self._upstream.leave()

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Upstream:
    def __init__(self, name: str, address: str, config: Config) -> None:
        self.name = name
        self.breaker = Breaker(config.breaker_failures, config.breaker_seconds)
        self._slots = threading.BoundedSemaphore(config.max_in_flight)
        self._connect_timeout, self._read_timeout = config.connect_timeout, config.read_timeout
        url = parse_url(address)
        self._address = (url.host or "").strip("[]"), url.port or 80
        self._own = {"Host": url.netloc or "", "Accept-Encoding": "identity"}
        self._kept: deque[Link] = deque()

    def open(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes | Iterable[bytes] | None = None,
        read_timeout: float | None = None,
    ) -> Exchange:
        """Send a request and wait for the head of the answer; raises Unavailable."""
        if not self._slots.acquire(blocking=False):
            raise Unavailable(self.name, 503, retry_after=1)
        try:
            return self._attempts(_Request(method, target, {**self._own, **headers}, body), read_timeout)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        self._slots.release()

    def take_back(self, link: Link) -> None:
        if link.is_reusable:
            self._kept.append(link)
        else:
            link.close()

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()

    def _attempts(self, request: _Request, read_timeout: float | None) -> Exchange:
        """Repeat what is safe to repeat; a body that was sent is gone."""
        if not self.breaker.permits():
            raise Unavailable(self.name, 503, retry_after=self.breaker.retry_after)
        left = TRIES if request.is_repeatable else 1
        while True:
            left -= 1
            try:
                exchange = self._attempt(request, self._read_timeout if read_timeout is None else read_timeout)
            except Unavailable as error:
                if left == 0 or error.status == 504:
                    self.breaker.report(success=False)
                    raise
                if not isinstance(error.__cause__, Stale):
                    time.sleep(0.02 + secrets.randbelow(80) / 1000)
            else:
                self.breaker.report(success=True)
                return exchange

    def _attempt(self, request: _Request, timeout: float) -> Exchange:
        link = self._link(request)
        try:
            return Exchange(self, link, request.send(link, timeout))
        except TimeoutError as error:
            link.close()
            raise Unavailable(self.name, 504) from error
        except (Broken, OSError) as error:
            link.close()
            if isinstance(error, Stale):
                self.close()  # a service that was started anew knows none of them
            raise Unavailable(self.name, 502, retry_after=1) from error
        except BaseException:
            link.close()
            raise

    def _link(self, request: _Request) -> Link:
        """A kept connection or a new one. What cannot be repeated does not take one that was hung up meanwhile."""
        with contextlib.suppress(IndexError):
            while link := self._kept.pop():
                if request.is_repeatable or not link.is_hung_up:
                    return link
                link.close()
        try:
            return Link(self._address, self._connect_timeout)
        except OSError as error:
            raise Unavailable(self.name, 503) from error


class _Request:
    """What is sent, as often as it takes."""

    def __init__(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | Iterable[bytes] | None
    ) -> None:
        self.is_repeatable = method in REPEATABLE and body is None
        self._is_head = method == "HEAD"
        self._is_chunked = body is not None and "Content-Length" not in headers
        self._body = body
        self._head = request_head(method, target, {**headers, **_CHUNKED} if self._is_chunked else headers)

    def send(self, link: Link, timeout: float) -> Answer:
        return link.ask(self._head, self._body, is_head=self._is_head, is_chunked=self._is_chunked, timeout=timeout)


_CHUNKED = {"Transfer-Encoding": "chunked"}


class Upstreams:
    """By service name; a name that is not in PEERS does not exist."""

    def __init__(self, config: Config) -> None:
        self._all = {name: Upstream(name, address, config) for name, address in config.upstreams.items()}

    def get(self, name: str) -> Upstream:
        if name not in self._all:
            raise Unavailable(name)
        return self._all[name]

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[Upstream]:
        return iter(self._all.values())
