"""One leader per database and name; a standby takes over as soon as the leader's process is gone."""

from __future__ import annotations

import fcntl
from typing import IO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_TRY = sa.text("SELECT pg_try_advisory_lock(hashtext('zerocalls'), hashtext(:name))")

_HELD = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint = hashtext('zerocalls')::bigint & 4294967295"
    " AND objid::bigint = hashtext(:name)::bigint & 4294967295 AND objsubid = 2)"
)


def is_held(engine: Engine, name: str) -> bool:
    """Does any process lead? Asking takes nothing away from those who do."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            return bool(connection.execute(_HELD, {"name": name}).scalar())
    try:
        with open(f"{engine.url.database}.{name}.lock") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class Leader:
    """An advisory lock on a connection of its own (PostgreSQL), a locked file beside the database (SQLite).

    Both vanish with the process, so there is no lease to wait for after a kill.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._connection: Connection | None = None
        self._file: IO[str] | None = None

    def hold(self) -> bool:
        """Become leader, or confirm to be it still."""
        return self._hold_file() if self._engine.dialect.name == "sqlite" else self._hold_connection()

    def release(self) -> None:
        if self._file:
            self._file.close()
        if self._connection:
            self._connection.invalidate()
            self._connection.close()
        self._file = self._connection = None

    def _hold_file(self) -> bool:
        if self._file is None:
            file = open(f"{self._engine.url.database}.{self._name}.lock", "w")  # noqa: SIM115 (held open: that is the lock)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def _hold_connection(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(sa.text("SELECT 1"))
                return True
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if self._connection.execute(_TRY, {"name": self._name}).scalar():
                return True
        except sa.exc.DBAPIError:
            self.release()
            raise
        self._connection.close()
        self._connection = None
        return False
