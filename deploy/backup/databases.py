"""One moment of all databases at once: what each had committed when nobody could write to any.

Services meet in events: outbox → bus → inbox. Copies of different moments would disagree (an invoice of an order that was never
forwarded), in either direction, as every service listens to some other. So all writers wait for the few milliseconds in which each
database's snapshot is opened; the copying itself, from those snapshots, holds up nobody.
"""

import contextlib
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg

from deploy.backup.seal import pieces_of, read_file
from deploy.engines import _postgresql as program

TRIES = 10
PATIENCE = 2.0  # for one database's writers, while those of the others wait already
# what crosses from service to service is written to one of these; a handler too writes to them in this order
LOCK = "LOCK TABLE outbox, inbox IN SHARE MODE"


class NotNow(Exception):
    """Somebody held a database longer than the others may be kept waiting."""


class Snapshot(Protocol):
    """One database at that moment."""

    name: str

    def dump(self) -> Iterator[bytes]: ...

    def tables(self) -> list[str]: ...

    def rows(self, table: str) -> Iterator[str]: ...


@dataclass
class SQLiteSnapshot:
    """A connection inside a read transaction: in WAL mode it goes on seeing what it saw first."""

    name: str
    connection: sqlite3.Connection

    def dump(self) -> Iterator[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "copy.db"
            copy = sqlite3.connect(path)
            self.connection.backup(copy)
            copy.close()
            yield from read_file(path)

    def tables(self) -> list[str]:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        return [name for (name,) in self.connection.execute(named)]

    def rows(self, table: str) -> Iterator[str]:
        for row in self.connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a name out of the catalogue
            yield repr(row)


@dataclass
class PostgreSQLSnapshot:
    """A transaction that has exported its snapshot; pg_dump reads from the same one."""

    name: str
    url: str
    connection: psycopg.Connection[Any]
    snapshot: str

    def dump(self) -> Iterator[bytes]:
        command = [program("pg_dump"), "--format=custom", f"--snapshot={self.snapshot}", f"--dbname={self.url}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as dump:
            assert dump.stdout
            yield from pieces_of(dump.stdout)
        if dump.returncode:
            raise RuntimeError(f"pg_dump of {self.name} ended with {dump.returncode}")

    def tables(self) -> list[str]:
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        return [name for (name,) in self.connection.execute(named)]

    def rows(self, table: str) -> Iterator[str]:
        with self.connection.cursor(name=f"all_{table}") as cursor:
            for (text,) in cursor.execute(f'SELECT t::text FROM "{table}" AS t'.encode()):  # noqa: S608 - as above
                yield text


@contextmanager
def moment(addresses: dict[str, str]) -> Iterator[tuple[datetime, list[Snapshot]]]:
    """`addresses`: SQLAlchemy addresses by name, in the order in which their writers are stopped."""
    for attempt in range(1, TRIES + 1):
        with ExitStack() as stack:
            try:
                at, snapshots = _stand_still(addresses, stack)
            except NotNow:
                if attempt == TRIES:
                    raise
            else:
                yield at, snapshots
                return
        time.sleep(0.2 * attempt)


def _stand_still(addresses: dict[str, str], stack: ExitStack) -> tuple[datetime, list[Snapshot]]:
    with ExitStack() as stopped:
        for url in addresses.values():
            stopped.enter_context(_writers_waiting(url))
        at = datetime.now(UTC)
        return at, [look(name, url, stack) for name, url in addresses.items()]


def look(name: str, url: str, stack: ExitStack) -> Snapshot:
    """One database as it is now, for as long as `stack` lasts."""
    if url.startswith("sqlite"):
        reader = stack.enter_context(contextlib.closing(_connect(url)))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first look is what is seen from then on
        return SQLiteSnapshot(name, reader)
    connection = stack.enter_context(psycopg.connect(url))
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()
    exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert exported
    return PostgreSQLSnapshot(name, url, connection, exported[0])


@contextmanager
def _writers_waiting(url: str) -> Iterator[None]:
    try:
        if url.startswith("sqlite"):
            with contextlib.closing(_connect(url)) as writer:
                writer.execute("BEGIN IMMEDIATE")
                yield
        else:
            with psycopg.connect(url) as connection:
                connection.execute(f"SET LOCAL lock_timeout = '{int(PATIENCE * 1000)}ms'".encode())
                connection.execute(LOCK)
                yield
                connection.rollback()
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable) as error:
        raise NotNow(f"{url.rsplit('/', 1)[1]}: {error}") from error


def _connect(url: str) -> sqlite3.Connection:
    path = url.removeprefix("sqlite:///")
    if not Path(path).exists():
        raise FileNotFoundError(f"no database {path}")
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
