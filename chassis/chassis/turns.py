"""SQLite has one writer at a time: the threads of a process stand in line for it.

Its own busy handler asks again after a pause, and whoever asks at the right moment goes first; under load one of many
threads can so be passed over until it gives up. Processes among each other still rely on that handler.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import Pool

PATIENCE = 15.0  # seconds in line; then SQLite itself is asked, and says "database is locked"
TURN = "turn"


class Line:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard, self._waiting, self._taken = threading.Lock(), deque[threading.Event](), False

    def enter(self, patience: float) -> bool:
        """Wait up to `patience` seconds; False when the turn did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(patience):
            return True
        with self._guard:
            if called.is_set():
                return True
            self._waiting.remove(called)
            return False

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


_lines: WeakKeyDictionary[Pool, Line] = WeakKeyDictionary()
_making = threading.Lock()


def take(connection: Connection) -> None:
    """Stand in line for writing with this connection; when it goes back to its pool, the next one's turn begins."""
    with _making:
        line = _lines.setdefault(connection.engine.pool, Line())
    if line.enter(PATIENCE):
        connection.info[TURN] = line


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "invalidate")
def _pass_on(dbapi_connection: Any, record: Any, failure: BaseException | None = None) -> None:
    line = record.info.pop(TURN, None)
    if line:
        line.leave()
