"""Shows to whoever watches from outside that the loops of a process still turn: a file, touched as long as they do."""

from __future__ import annotations

import threading
import time
from pathlib import Path

BEAT_SECONDS = 5.0
LATE_SECONDS = 60.0


class Stop(threading.Event):
    """Loops ask it whether they shall stop; a thread that has asked before and does not any more hangs."""

    def __init__(self, file: str = "") -> None:
        super().__init__()
        self._file = Path(file) if file else None
        self._asked: dict[int, float] = {}
        self._touched = 0.0

    def is_set(self) -> bool:
        self._beat()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            self._beat()
            left = BEAT_SECONDS if until is None else until - time.monotonic()
            if super().wait(max(0.0, min(left, BEAT_SECONDS))):
                return True
            if until is not None and time.monotonic() >= until:
                return False

    def wait_aside(self) -> None:
        """For the thread that only waits for the others."""
        while not super().wait(60):
            pass

    def _beat(self) -> None:
        if self._file is None:
            return
        moment = self._asked[threading.get_ident()] = time.monotonic()
        if moment - self._touched >= BEAT_SECONDS and min(self._asked.copy().values()) > moment - LATE_SECONDS:
            self._touched = moment
            self._file.touch()
