"""Sleep until somebody commits, or until the time is over: NOTIFY on PostgreSQL, a written file on SQLite."""

from __future__ import annotations

import ctypes
import os
import select
import sqlite3
import sys
import threading
import time
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

QUICK, SLOW, IDLE = 0.001, 0.05, 0.1
IN_MODIFY, IN_NONBLOCK = 0x2, 0o4000


class Wake(Protocol):
    def wait(self, seconds: float, stop: threading.Event) -> None: ...

    def close(self) -> None: ...


def wake_on(engine: Engine, channel: str) -> Wake:
    if engine.dialect.name == "sqlite":
        return FileWake(str(engine.url.database))
    return NotifyWake(engine, channel)


class FileWake:
    """Looks at the file's version as soon as the kernel tells of a write, and ten times a second in case it does not.

    A version follows its write, after a flush to the disk: so the looks go on for a while, ever more slowly. Where the kernel
    tells nothing they never end.
    """

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._seen = self._version()
        self._told = _watch(f"{path}-wal")

    def _version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def wait(self, seconds: float, stop: threading.Event) -> None:
        until, pause = time.monotonic() + seconds, QUICK
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if (version := self._version()) != self._seen:
                self._seen = version
                return
            is_idle = self._told >= 0 and pause >= SLOW
            pause = QUICK if self._is_told(min(IDLE if is_idle else pause, left)) else min(pause * 1.5, SLOW)

    def _is_told(self, seconds: float) -> bool:
        watched = [self._told] if self._told >= 0 else []
        if not select.select(watched, [], [], seconds)[0]:
            return False
        os.read(self._told, 4096)
        return True

    def close(self) -> None:
        self._connection.close()
        if self._told >= 0:
            os.close(self._told)


def _watch(path: str) -> int:
    """A descriptor that becomes readable when the file is written to (inotify); -1 where there is none to be had."""
    if sys.platform != "linux":
        return -1
    c = ctypes.CDLL(None)
    descriptor: int = c.inotify_init1(IN_NONBLOCK)
    if descriptor >= 0 and c.inotify_add_watch(descriptor, path.encode(), IN_MODIFY) < 0:
        os.close(descriptor)
        return -1
    return descriptor


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
