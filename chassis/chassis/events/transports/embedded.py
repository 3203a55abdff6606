"""The bus in one SQLite file: durable, at least once, in order per partition key. For one machine."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from chassis.events.envelope import Event
from chassis.events.faults import kill_point
from chassis.events.subscriptions import fits
from chassis.events.transports import BEHIND, UNROUTABLE, Store
from chassis.events.wake import FileWake

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, partition_key TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS binding (queue TEXT NOT NULL, pattern TEXT NOT NULL, PRIMARY KEY (queue, pattern)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery (
    queue TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES message(seq), partition_key TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, lease_until REAL NOT NULL DEFAULT 0, PRIMARY KEY (queue, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_seq ON delivery (seq);
CREATE INDEX IF NOT EXISTS delivery_partition ON delivery (queue, partition_key, seq);
"""
# nothing of a partition key is given out while an earlier one of it is with another consumer
READY = """
SELECT d.seq, m.body FROM delivery d JOIN message m ON m.seq = d.seq
WHERE d.queue = :queue AND d.lease_until <= :now AND NOT EXISTS (
    SELECT 1 FROM delivery e WHERE e.queue = d.queue AND e.partition_key = d.partition_key AND e.seq < d.seq AND e.lease_until > :now)
ORDER BY d.seq LIMIT :batch
"""

log = structlog.get_logger("bus")


class Embedded:
    def __init__(self, path: str, *, synchronous: str = "FULL", lease_seconds: float = 5.0, batch: int = 100) -> None:
        self._path = path
        self._synchronous = synchronous
        self._lease_seconds = lease_seconds
        self._batch = batch
        self._local = threading.local()
        self._connection().executescript(SCHEMA)

    def declare(self, queue: str, patterns: Sequence[str]) -> None:
        with self._transaction() as connection:
            connection.execute("DELETE FROM binding WHERE queue = ?", (queue,))
            connection.executemany("INSERT INTO binding VALUES (?, ?)", [(queue, pattern) for pattern in set(patterns)])

    def publish(self, events: Sequence[Event]) -> dict[str, str]:
        refused: dict[str, str] = {}
        held: set[str] = set()
        with self._transaction() as connection:
            bindings = connection.execute("SELECT queue, pattern FROM binding").fetchall()
            for event in events:
                queues = {queue for queue, pattern in bindings if fits(pattern, event.type)}
                if event.partition_key in held or not queues:
                    refused[event.id] = BEHIND if event.partition_key in held else UNROUTABLE
                    held.add(event.partition_key)
                else:
                    _insert(connection, event, queues)
        return refused

    def receive(self, queue: str, store: Store, stop: threading.Event) -> None:
        wake = FileWake(self._path)
        pause = 0.5
        try:
            while not stop.is_set():
                batch = self._lease(queue)
                if not batch:
                    wake.wait(1, stop)
                    continue
                try:
                    store([body for _, body in batch])
                except Exception:
                    log.exception("store failed", queue=queue, messages=len(batch))
                    self._give_back(queue, [seq for seq, _ in batch])
                    stop.wait(pause)
                    pause = min(pause * 2, 30)
                    continue
                pause = 0.5
                kill_point("consume.before_acknowledge")
                self._acknowledge(queue, [seq for seq, _ in batch])
        finally:
            wake.close()

    def close(self) -> None:
        if connection := getattr(self._local, "connection", None):
            connection.close()
            del self._local.connection

    def _lease(self, queue: str) -> list[tuple[int, bytes]]:
        asked = {"queue": queue, "batch": self._batch, "now": time.time()}
        if not self._connection().execute(READY, {**asked, "batch": 1}).fetchone():
            return []  # a look without a lock
        with self._transaction() as connection:
            found: list[tuple[int, bytes]] = connection.execute(READY, asked).fetchall()
            connection.executemany(
                "UPDATE delivery SET lease_until = ?, attempts = attempts + 1 WHERE queue = ? AND seq = ?",
                [(time.time() + self._lease_seconds, queue, seq) for seq, _ in found],
            )
        return found

    def _give_back(self, queue: str, seqs: list[int]) -> None:
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE delivery SET lease_until = 0 WHERE queue = ? AND seq = ?", [(queue, seq) for seq in seqs]
            )

    def _acknowledge(self, queue: str, seqs: list[int]) -> None:
        with self._transaction() as connection:
            connection.executemany("DELETE FROM delivery WHERE queue = ? AND seq = ?", [(queue, seq) for seq in seqs])
            connection.executemany(
                "DELETE FROM message WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE seq = ?1)",
                [(seq,) for seq in seqs],
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found


def _insert(connection: sqlite3.Connection, event: Event, queues: set[str]) -> None:
    """One message, one delivery per queue. A message still on its way is not taken twice."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO message (id, partition_key, body) VALUES (?, ?, ?)",
        (event.id, event.partition_key, event.to_json()),
    )
    if cursor.rowcount:
        connection.executemany(
            "INSERT INTO delivery (queue, seq, partition_key) VALUES (?, ?, ?)",
            [(queue, cursor.lastrowid, event.partition_key) for queue in queues],
        )
