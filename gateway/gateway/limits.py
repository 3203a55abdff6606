"""How often somebody may ask. Counters in memory or in Redis; without Redis they fall back to memory, never to nothing."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from chassis.problems import TooMany
from gateway.config import Config
from gateway.incoming import bucket

log = structlog.get_logger("limits")

RETRY_SECONDS = 10.0


@dataclass(frozen=True)
class Rule:
    """A call that has an allowance of its own per client address."""

    name: str
    method: str
    path: re.Pattern[str]


RULES = (
    Rule("login", "POST", re.compile(r"/api/v1/identity/(sessions|tokens)")),
    Rule("registration", "POST", re.compile(r"/api/v1/identity/customers")),
    Rule("reset", "POST", re.compile(r"/api/v1/identity/password-resets?(/.*)?|/api/v1/identity/invitations/accept")),
    Rule("tracking", "POST", re.compile(r"/api/v1/testing/trackings")),
)


class Limits:
    def __init__(self, config: Config) -> None:
        self._api = parse(config.limit_api)
        self._own: dict[str, RateLimitItem] = {
            "login": parse(config.limit_login),
            "registration": parse(config.limit_registration),
            "reset": parse(config.limit_reset),
            "tracking": parse(config.limit_tracking),
        }
        self._local = _Counters(MovingWindowRateLimiter(MemoryStorage()), Windows())
        self._shared = _shared(config.limits_url)
        self._shared_again_at = 0.0

    def spend(self, method: str, path: str, *, address: str, subject: str | None) -> None:
        """Count one call; raises TooMany. Who is known is counted by name, who is not by address."""
        for rule in RULES:
            if rule.method == method and rule.path.fullmatch(path):
                self._hit("exact", self._own[rule.name], rule.name, bucket(address))
        self._hit("cheap", self._api, "api", subject or bucket(address))

    def _hit(self, kind: str, limit: RateLimitItem, *names: str) -> None:
        counters = self._counters()
        try:
            _spend(getattr(counters, kind), limit, names)
        except StorageError as error:
            log.warning("counters are local now", error=str(error.storage_error))
            self._shared_again_at = time.monotonic() + RETRY_SECONDS
            _spend(getattr(self._local, kind), limit, names)

    def _counters(self) -> _Counters:
        if self._shared is None or time.monotonic() < self._shared_again_at:
            return self._local
        return self._shared


@dataclass(frozen=True)
class _Counters:
    """Few events are counted one by one; many only by window, in constant memory and time."""

    exact: RateLimiter
    cheap: RateLimiter | Windows


class Windows:
    """`SlidingWindowCounterRateLimiter` in a dict of this process. The storage of `limits` starts a timer a hundred times a second, which
    looks at every key; this looks at them once a window.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, ...], tuple[int, int, int]] = {}
        self._swept = 0

    def hit(self, limit: RateLimitItem, *names: str) -> bool:
        """Count one call; False when it is one too many. The window before counts for the share of it that is less than a window ago."""
        number, into = divmod(self._clock(), limit.get_expiry())
        window, before, now = self._seen.get(names, (0, 0, 0))
        if window != number:
            before, now = (now if window == number - 1 else 0), 0
            self._sweep(int(number))
        if int(before * (1 - into / limit.get_expiry())) + now >= limit.amount:
            return False
        self._seen[names] = int(number), before, now + 1
        return True

    def wait(self, limit: RateLimitItem) -> float:
        """Seconds to the next window, when more is allowed for certain."""
        return limit.get_expiry() - self._clock() % limit.get_expiry()

    def __len__(self) -> int:
        return len(self._seen)

    def _sweep(self, number: int) -> None:
        if number != self._swept:
            self._seen = {names: seen for names, seen in self._seen.items() if seen[0] >= number - 1}
            self._swept = number


def _spend(limiter: RateLimiter | Windows, limit: RateLimitItem, names: tuple[str, ...]) -> None:
    if not limiter.hit(limit, *names):
        wait = (
            limiter.wait(limit)
            if isinstance(limiter, Windows)
            else limiter.get_window_stats(limit, *names).reset_time - time.time()
        )
        raise TooMany(
            "Terlalu banyak permintaan dalam waktu singkat. Silakan coba lagi nanti.",
            headers={"Retry-After": str(max(1, math.ceil(wait)))},
        )


def _shared(url: str) -> _Counters | None:
    if url.startswith("memory:"):
        return None
    storage = storage_from_string(url, wrap_exceptions=True, socket_timeout=0.5, socket_connect_timeout=0.5)
    assert isinstance(storage, Storage)
    return _Counters(MovingWindowRateLimiter(storage), SlidingWindowCounterRateLimiter(storage))
