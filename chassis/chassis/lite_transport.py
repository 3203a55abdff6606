"""Celery's broker in one SQLite file: `CELERY_BROKER_URL=lite:////path/jobs.db`.

A task is leased when a worker gets it and its row is deleted when the worker acknowledges, so a killed worker loses none.
The lease of a running task is renewed; it ends when its worker is gone. Carries tasks only: no fanout, no remote control.
"""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, virtual

LEASE_SECONDS = 30.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, tag TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
    lease_until REAL NOT NULL DEFAULT 0, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS task_queue ON task (queue, lease_until, seq);
"""
FREE = "SELECT seq, payload FROM task WHERE queue = ? AND lease_until <= ? ORDER BY seq LIMIT 1"


class QoS(virtual.QoS):
    """What was given out and is not yet acknowledged is a leased row; giving back means ending the lease."""

    def ack(self, delivery_tag: str) -> None:
        self.channel.forget(delivery_tag)
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if requeue:
            self.channel.lease([delivery_tag], until=0)
        else:
            self.channel.forget(delivery_tag)
        super().ack(delivery_tag)

    @property
    def running(self) -> list[str]:
        return [tag for tag in list(self._delivered) if tag not in self._dirty]


class Channel(virtual.Channel):
    QoS = QoS
    supports_fanout = False

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        client = connection.client
        self._lease_seconds = float(client.transport_options.get("visibility_timeout", LEASE_SECONDS))
        self._renew_at = 0.0
        path = Path("/" + (client.virtual_host or client.hostname).lstrip("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(SCHEMA)

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        tag = message["properties"]["delivery_tag"]
        self._database.execute(
            "INSERT INTO task (tag, queue, payload) VALUES (?, ?, ?)", (tag, queue, json.dumps(message))
        )

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        if not self._database.execute(FREE, (queue, time.time())).fetchone():
            raise Empty  # a look without a lock
        self._database.execute("BEGIN IMMEDIATE")
        try:
            found = self._database.execute(FREE, (queue, time.time())).fetchone()
            if found:
                until = time.time() + self._lease_seconds
                self._database.execute("UPDATE task SET lease_until = ? WHERE seq = ?", (until, found[0]))
        finally:
            self._database.execute("COMMIT")
        if not found:
            raise Empty
        payload: dict[str, Any] = json.loads(found[1])
        return payload

    def drain_events(self, timeout: float | None = None, callback: Any = None) -> Any:
        if time.time() >= self._renew_at:
            self._renew_at = time.time() + self._lease_seconds / 3
            self.lease(self.qos.running, until=time.time() + self._lease_seconds)
        return super().drain_events(timeout=timeout, callback=callback)

    def lease(self, tags: list[str], *, until: float) -> None:
        if tags:
            self._database.executemany("UPDATE task SET lease_until = ? WHERE tag = ?", [(until, tag) for tag in tags])

    def forget(self, tag: str) -> None:
        self._database.execute("DELETE FROM task WHERE tag = ?", (tag,))

    def _restore(self, message: Any) -> None:
        self.lease([message.delivery_tag], until=0)

    def _size(self, queue: str) -> int:
        size: int = self._database.execute("SELECT count(*) FROM task WHERE queue = ?", (queue,)).fetchone()[0]
        return size

    def _purge(self, queue: str) -> int:
        return self._database.execute("DELETE FROM task WHERE queue = ?", (queue,)).rowcount

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._database.close()


class Transport(virtual.Transport):
    Channel = Channel
    driver_type = "sqlite"
    driver_name = "lite"
    polling_interval = 0.05
    can_parse_url = False

    def driver_version(self) -> str:
        return sqlite3.sqlite_version


TRANSPORT_ALIASES.setdefault("lite", f"{__name__}:Transport")
