"""Many orders on PostgreSQL out of a few true ones, in seconds: every row of an order is copied with ids, numbers and times of its own
(of the history only what was done to the order itself, a tenth of it).

Copies of what is open stay open and are few, as an office has as many as its people can carry. Copies of what was sent have ended:
two every 52 minutes into the past, some 20,000 a year, one in twenty of them of a customer who is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

OPEN_COPIES = 30
PORTION = 2_500
KEPT = "bench"  # schema of the true rows, as they were before the first copy


@dataclass(frozen=True)
class Table:
    """A table of one service whose rows belong to an order. `order` is the SQL of the order's id of a row `o`."""

    name: str
    order: str
    ids: tuple[str, ...]
    changed: tuple[tuple[str, str], ...] = ()
    only: str = "true"


def _numbered(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"o.{name} || '-' || nth") for name in names)


def _ended(**after: str) -> tuple[tuple[str, str], ...]:
    """The status of a copy that has ended, by the status of the true thing."""
    cases = " ".join(f"WHEN '{before}' THEN '{then}'" for before, then in after.items())
    return (("status", f"CASE o.status {cases} ELSE o.status END"),)


OWNER = "CASE WHEN nth % 20 = 0 THEN o.customer_id ELSE md5('customer' || nth % 1000)::uuid END"
OF_SAMPLE = "(SELECT s.order_id FROM sample s WHERE s.id = o.sample_id)"
OF_ANALYSIS = "(SELECT s.order_id FROM sample s JOIN analysis a ON a.sample_id = s.id WHERE a.id = o.analysis_id)"
OF_RESULT = (
    "(SELECT s.order_id FROM sample s JOIN analysis a ON a.sample_id = s.id JOIN result r ON r.analysis_id = a.id"
    " WHERE r.id = o.result_id)"
)
OF_REPORT = "(SELECT r.order_id FROM report r WHERE r.id = o.report_id)"
OF_INVOICE = "(SELECT i.order_id FROM invoices i WHERE i.id = o.invoice_id)"

TESTING = (
    Table(
        "test_order",
        "o.id",
        ("id", "parent_id", "invoice_id"),
        (
            *_numbered("pre_number", "number"),
            ("customer_name", "o.customer_name || ' ' || nth"),
            ("customer_id", OWNER),
            *_ended(sent="archived"),
        ),
    ),
    Table("sample", "o.order_id", ("id", "order_id", "supplements_id"), _numbered("number")),
    Table("sample_parameter", OF_SAMPLE, ("id", "sample_id")),
    Table("analysis", OF_SAMPLE, ("id", "sample_id", "repeat_of_id")),
    Table("result", OF_ANALYSIS, ("id", "analysis_id")),
    Table("verification", OF_RESULT, ("id", "result_id")),
    Table("report", "o.order_id", ("id", "order_id", "replaces_id"), (*_numbered("number"), *_ended(sent="collected"))),
    Table("report_sample", OF_REPORT, ("report_id", "sample_id")),
    Table("history", "o.root_id", ("id", "root_id", "thing_id"), only="o.thing = 'testing.order'"),
)
BILLING = (
    Table(
        "invoices",
        "o.order_id",
        ("id", "order_id"),
        (*_numbered("pre_number", "order_number"), ("customer_id", OWNER)),
    ),
    Table("invoice_lines", OF_INVOICE, ("id", "invoice_id", "sample_id")),
    Table("ebillings", OF_INVOICE, ("id", "invoice_id"), (("billing_code", "left(md5(o.id::text || nth), 15)"),)),
    Table(
        "payments",
        OF_INVOICE,
        ("id", "invoice_id", "ebilling_id"),
        (("ntpn", "upper(left(md5(o.id::text || nth), 16))"),),
    ),
)


@dataclass(frozen=True)
class Age:
    """Which true orders are copied, and how far apart the copies lie."""

    name: str
    minutes: int

    def __str__(self) -> str:
        return f"{KEPT}.{self.name}"


OPEN, ENDED = Age("open", 61), Age("ended", 52)


def keep_true_ones(orders: sa.Connection) -> None:
    """Remember which orders are true, before any is copied; `orders` is the database of testing."""
    orders.execute(sa.text(f"CREATE SCHEMA {KEPT}"))
    over = "status IN ('sent', 'archived')"
    orders.execute(sa.text(f"CREATE TABLE {ENDED} AS SELECT id FROM test_order WHERE {over}"))
    orders.execute(sa.text(f"CREATE TABLE {OPEN} AS SELECT id FROM test_order WHERE NOT ({over})"))


def take_over(connection: sa.Connection, orders: sa.Connection) -> None:
    """The same knowledge in the database of another service."""
    connection.execute(sa.text(f"CREATE SCHEMA {KEPT}"))
    for age in (OPEN, ENDED):
        found = [{"id": row.id} for row in orders.execute(sa.text(f"SELECT id FROM {age}"))]
        connection.execute(sa.text(f"CREATE TABLE {age} (id uuid)"))
        connection.execute(sa.text(f"INSERT INTO {age} VALUES (:id)"), found)


def add_customers(connection: sa.Connection, table: str) -> None:
    """Those to whom `OWNER` gives the copies."""
    names = [column["name"] for column in sa.inspect(connection).get_columns(table)]
    changed = {"id": "md5('customer' || nth)::uuid", "name": "c.name || ' ' || nth"}
    values = ", ".join(changed.get(name, f"c.{name}") for name in names)
    one = f"(SELECT * FROM {table} ORDER BY id LIMIT 1) c"
    connection.execute(
        sa.text(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {one}, generate_series(0, 999) nth")
    )


def copy_rows(connection: sa.Connection, tables: tuple[Table, ...], have: int, orders: int) -> None:
    """Add the rows of copies until there are `orders`, where there were `have`."""
    connection.execute(sa.text("SET session_replication_role = replica"))  # foreign keys hold by construction
    connection.execute(sa.text("SET maintenance_work_mem = '512MB'"))
    connection.execute(sa.text("SET synchronous_commit = off"))
    connection.execute(sa.text("SET jit = off"))
    open_ones, ended = (connection.scalar(sa.text(f"SELECT count(*) FROM {age}")) or 0 for age in (OPEN, ENDED))
    with _without_word_indexes(connection, tables):
        if have == open_ones + ended:
            _copy(connection, tables, OPEN, 1, OPEN_COPIES)
            have += open_ones * OPEN_COPIES
        done = (have - open_ones * (1 + OPEN_COPIES)) // ended - 1
        _copy(connection, tables, ENDED, done + 1, done + (orders - have) // ended)
    connection.execute(sa.text("VACUUM ANALYZE"))


def _copy(connection: sa.Connection, tables: tuple[Table, ...], age: Age, first: int, last: int) -> None:
    for table in tables:
        statement = sa.text(_insertion(connection, table, age))
        connection.execute(sa.text(_true_rows(table, age)))
        for end in range(last, first - 1, -PORTION):  # the oldest first, as true ones lie
            connection.execute(statement, {"first": max(first, end - PORTION + 1), "last": end})
        connection.execute(sa.text("DROP TABLE copied"))


def _true_rows(table: Table, age: Age) -> str:
    """Ids are UUIDv7 and begin with their millisecond: with it apart, a copy's id is quickly made as old as the copy."""
    begin = "('x' || left(translate(o.{0}::text, '-', ''), 12))::bit(48)::bigint AS {0}_ms"
    parts = ", ".join(f"{begin.format(name)}, o.{name}::text AS {name}_text" for name in table.ids)
    return (
        f"CREATE TEMP TABLE copied AS SELECT o.*, {parts} FROM {table.name} o"
        f" WHERE {table.order} IN (SELECT id FROM {age}) AND {table.only}"
    )


def _insertion(connection: sa.Connection, table: Table, age: Age) -> str:
    columns = sa.inspect(connection).get_columns(table.name)
    names = ", ".join(column["name"] for column in columns)
    values = ", ".join(_value(table, column["name"], column["type"], age) for column in columns)
    series = "generate_series(CAST(:first AS int), CAST(:last AS int)) nth"
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM copied o, {series} ORDER BY nth DESC"


def _value(table: Table, name: str, kind: sa.types.TypeEngine[object], age: Age) -> str:
    if name in table.ids:
        moment = f"lpad(to_hex(o.{name}_ms - nth * {age.minutes * 60_000}::bigint), 12, '0')"
        return f"({moment} || '7' || right(md5(o.{name}_text || nth), 19))::uuid"
    changed = dict(table.changed)
    if name in changed and not (age is OPEN and name in ("status", "customer_id")):
        return changed[name]
    if isinstance(kind, sa.DateTime):
        return f"o.{name} - nth * interval '{age.minutes} minutes'"
    if isinstance(kind, sa.Date):
        return f"o.{name} - nth * {age.minutes} / 1440"
    return f"o.{name}"


@contextmanager
def _without_word_indexes(connection: sa.Connection, tables: tuple[Table, ...]) -> Iterator[None]:
    """Indexes of parts of words are made once at the end, which is many times faster."""
    found = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:names) AND indexdef LIKE '%gin_trgm_ops%'"
    )
    indexes = connection.execute(sa.text(found), {"names": [table.name for table in tables]}).all()
    for name, _ in indexes:
        connection.execute(sa.text(f"DROP INDEX {name}"))
    try:
        yield
    finally:
        for _, definition in indexes:
            connection.exec_driver_sql(definition)
