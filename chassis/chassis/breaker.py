"""Circuit breaker: who failed several times in a row is left alone for a while, then tried with one call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Opens after `opens_after` failures in a row; then lets one call try every `open_for` seconds."""

    def __init__(
        self, opens_after: int = 5, open_for: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._opens_after = opens_after
        self._open_for = open_for
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._opens_after

    @property
    def retry_after(self) -> float:
        """Seconds until the next call is let through."""
        return max(0.0, self._open_until - self._clock()) if self.is_open else 0.0

    def permits(self) -> bool:
        """Whether a call may be made now; whoever is permitted reports how it went."""
        with self._lock:
            if not self.is_open:
                return True
            if self._clock() < self._open_until:
                return False
            self._open_until = self._clock() + self._open_for
            return True

    def report(self, *, success: bool) -> None:
        with self._lock:
            self._failures = 0 if success else self._failures + 1
            if not success:
                self._open_until = self._clock() + self._open_for
