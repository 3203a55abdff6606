"""Fills the testing service of an embedded installation with copies of its orders, to look at lists there.

    python -m bench.crowd DIR 100000        (DIR is the installation's folder; it may be running)

Copies are ended orders, a minute apart into the past: they are for looking and searching, not for acting on.
"""

from __future__ import annotations

import argparse
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

TABLES = ("test_order", "sample", "sample_parameter")
MARK = "salinan"
PORTION = 1_000
SERIES = "WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n < :last)"


def shifted(key: bytes | str | None, n: int) -> str | None:
    """Another id for the copy `n`, as old as the copy: ids are UUIDv7 and begin with their millisecond."""
    if key is None:
        return None
    old = uuid.UUID(bytes=key) if isinstance(key, bytes) else uuid.UUID(key)
    mixed = uuid.uuid5(old, str(n)).int & ((1 << 76) - 1)
    moment = (old.int >> 80) - n * 60_000
    made = uuid.UUID(int=(moment << 80) | (7 << 76) | mixed & ~(3 << 62) | (2 << 62))
    return made.hex if isinstance(key, str) and "-" not in key else str(made)


def fill(database: Path, orders: int) -> int:
    """Copy until there are so many; returns how many were added."""
    with closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as connection:
        connection.create_function("shifted", 2, shifted, deterministic=True)
        [have] = connection.execute("SELECT count(*) FROM test_order").fetchone()
        [true] = connection.execute(f"SELECT count(*) FROM test_order WHERE {_true('test_order')}").fetchone()
        first, last = (have - true) // true + 1, max(0, (orders - true) // true)
        for start in range(first, last + 1, max(1, PORTION // true)):
            span = {"first": start, "last": min(last, start + max(1, PORTION // true) - 1)}
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.execute(_copy(connection, table), span)
            connection.execute("COMMIT")
        connection.execute("ANALYZE")
        return max(0, last - first + 1) * true


def _true(table: str) -> str:
    ours = {
        "test_order": f"remark <> '{MARK}'",
        "sample": f"note <> '{MARK}'",
        "sample_parameter": f"sample_id IN (SELECT id FROM sample WHERE note <> '{MARK}')",
    }
    return ours[table]


def _copy(connection: sqlite3.Connection, table: str) -> str:
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    changed = {name: f"shifted({name}, n)" for name in ("id", "order_id", "sample_id")}
    changed["created_at"] = "strftime('%Y-%m-%d %H:%M:%f000', created_at, '-' || n || ' minutes')"
    if table == "test_order":
        changed |= {
            "pre_number": "pre_number || '-' || n",
            "number": "number || '-' || n",
            "customer_name": "customer_name || ' ' || n",
            "remark": f"'{MARK}'",
            "status": "'archived'",
            "parent_id": "NULL",
        }
    elif table == "sample":
        changed |= {"number": "number || '-' || n", "note": f"'{MARK}'"}
    values = ", ".join(changed.get(name, name) for name in names)
    return (
        f"{SERIES} INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}, series WHERE {_true(table)}"
    )


def main() -> None:
    read = argparse.ArgumentParser(prog="python -m bench.crowd")
    read.add_argument("folder", type=Path)
    read.add_argument("orders", type=int)
    given = read.parse_args()
    print(f"{fill(given.folder / 'testing.db', given.orders):,} orders added")


if __name__ == "__main__":
    main()
