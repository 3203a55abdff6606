"""Sleep until somebody commits, or until the time is over: NOTIFY on PostgreSQL, `data_version` on SQLite."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

QUICK, SLOW = 0.005, 0.05


class Wake(Protocol):
    def wait(self, seconds: float, stop: threading.Event) -> None: ...

    def close(self) -> None: ...


def wake_on(engine: Engine, channel: str) -> Wake:
    if engine.dialect.name == "sqlite":
        return FileWake(str(engine.url.database))
    return NotifyWake(engine, channel)


class FileWake:
    """Looks at the file's version: every 5 ms just after something happened, every 50 ms when nothing does."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._seen = self._version()

    def _version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def wait(self, seconds: float, stop: threading.Event) -> None:
        pause = QUICK
        while seconds > 0 and not stop.is_set():
            if (version := self._version()) != self._seen:
                self._seen = version
                return
            stop.wait(min(pause, seconds))
            seconds -= pause
            pause = min(pause * 1.2, SLOW)

    def close(self) -> None:
        self._connection.close()


class NotifyWake:
    def __init__(self, engine: Engine, channel: str) -> None:
        self._connection: Connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.execute(sa.text(f"LISTEN {channel}"))

    def wait(self, seconds: float, stop: threading.Event) -> None:
        if not stop.is_set():
            driver: Any = self._connection.connection.driver_connection
            for _ in driver.notifies(timeout=seconds, stop_after=1):
                pass

    def close(self) -> None:
        self._connection.invalidate()  # never back to the pool while it listens
        self._connection.close()
