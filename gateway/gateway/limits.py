"""How often somebody may ask. Counters in memory or in Redis; without Redis they fall back to memory, never to nothing."""

from __future__ import annotations

import math
import re
import time
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
)


class Limits:
    def __init__(self, config: Config) -> None:
        self._api = parse(config.limit_api)
        self._own: dict[str, RateLimitItem] = {
            "login": parse(config.limit_login),
            "registration": parse(config.limit_registration),
            "reset": parse(config.limit_reset),
        }
        self._local = _Counters(MemoryStorage())
        self._shared = _shared(config.limits_url)
        self._shared_again_at = 0.0

    def spend(self, method: str, path: str, *, address: str, subject: str | None) -> None:
        """Count one call; raises TooMany. Who is known is counted by name, who is not by address."""
        who = bucket(address)
        for rule in RULES:
            if rule.method == method and rule.path.fullmatch(path):
                self._hit("exact", self._own[rule.name], rule.name, who)
        self._hit("cheap", self._api, "api", subject or who)

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


class _Counters:
    """Few events are counted one by one; many only by window, in constant memory and time."""

    def __init__(self, storage: Storage) -> None:
        self.exact = MovingWindowRateLimiter(storage)
        self.cheap = SlidingWindowCounterRateLimiter(storage)


def _spend(limiter: RateLimiter, limit: RateLimitItem, names: tuple[str, ...]) -> None:
    if not limiter.hit(limit, *names):
        wait = limiter.get_window_stats(limit, *names).reset_time - time.time()
        raise TooMany(
            "Terlalu banyak permintaan dalam waktu singkat. Silakan coba lagi nanti.",
            headers={"Retry-After": str(max(1, math.ceil(wait)))},
        )


def _shared(url: str) -> _Counters | None:
    if url.startswith("memory:"):
        return None
    storage = storage_from_string(url, wrap_exceptions=True, socket_timeout=0.5, socket_connect_timeout=0.5)
    assert isinstance(storage, Storage)
    return _Counters(storage)
