"""The services behind the door: one pool of kept connections, one breaker and one bulkhead for each."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.util import parse_url

from chassis import problems
from chassis.breaker import Breaker
from gateway.config import Config

CHUNK = 64 * 1024
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


class _Connection(HTTPConnection):
    """urllib3 sends a body under the connect time-out; large uploads need the read time-out."""

    read_timeout = 10.0

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(self.read_timeout)


class Exchange:
    """An answer whose body has not been read yet. Must be closed."""

    def __init__(self, upstream: Upstream, response: BaseHTTPResponse) -> None:
        self._upstream = upstream
        self._response = response
        self._is_open = True
        self.status = response.status
        self.headers = response.headers

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives, still encoded as the service sent it."""
        while chunk := self._response.read1(CHUNK, decode_content=False):
            yield chunk

    def read(self) -> bytes:
        """The whole body, decoded."""
        try:
            return self._response.read(decode_content=True)
        except ReadTimeoutError as error:
            raise Unavailable(self._upstream.name, 504) from error
        except HTTPError as error:
            raise Unavailable(self._upstream.name, 502) from error

    def interrupt(self) -> None:
        """Wake up whoever reads the body: there will be no more."""
        with contextlib.suppress(ValueError, RuntimeError, OSError):
            self._response.shutdown()

    def close(self) -> None:
        """Give the connection back if everything was read, else drop it: it still carries the rest."""
        if not self._is_open:
            return
        self._is_open = False
        if self._response.closed:
            self._response.release_conn()
        else:
            self._response.close()
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
        self._timeout = Timeout(connect=config.connect_timeout, read=config.read_timeout)
        url = parse_url(address)
        self._pool = HTTPConnectionPool(url.host or "", url.port or 80, maxsize=config.max_in_flight)
        self._pool.ConnectionCls = type("Connection", (_Connection,), {"read_timeout": config.read_timeout})

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
            return Exchange(self, self._attempts(method, target, headers, body, read_timeout))
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        self._slots.release()

    def close(self) -> None:
        self._pool.close()

    def _attempts(self, method: str, target: str, headers: Mapping[str, str], body: Any, read: float | None) -> Any:
        """Repeat what is safe to repeat; a body that was sent is gone."""
        if not self.breaker.permits():
            raise Unavailable(self.name, 503, retry_after=self.breaker.retry_after)
        left = TRIES if method in REPEATABLE and body is None else 1
        timeout = self._timeout if read is None else Timeout(connect=self._timeout.connect_timeout, read=read)
        while True:
            left -= 1
            try:
                response = self._attempt(method, target, headers, body, timeout)
            except Unavailable as error:
                if left == 0 or error.status == 504:
                    self.breaker.report(success=False)
                    raise
                time.sleep(0.02 + secrets.randbelow(80) / 1000)
            else:
                self.breaker.report(success=True)
                return response

    def _attempt(self, method: str, target: str, headers: Mapping[str, str], body: Any, timeout: Timeout) -> Any:
        try:
            return self._pool.urlopen(
                method,
                target,
                body=body,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
                chunked=body is not None and "Content-Length" not in headers,
            )
        except (ConnectTimeoutError, NewConnectionError) as error:
            raise Unavailable(self.name, 503) from error
        except (ReadTimeoutError, TimeoutError) as error:
            raise Unavailable(self.name, 504) from error
        except (HTTPError, OSError) as error:
            raise Unavailable(self.name, 502, retry_after=1) from error


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
