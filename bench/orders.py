"""A testing service on PostgreSQL with true orders, made by its own acts, and any number of copies of their rows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chassis import keys
from chassis.db import db, new_id, now
from chassis.events import Event, handling, inbox
from deploy.engines import PostgreSQL
from deploy.prepare import main as prepare

API = "/api/v1/testing"
CUSTOMER = "0199d000-0000-7000-8000-000000000001"
CLERK = "0199d000-0000-7000-8000-0000000000c5"
AUDIENCE = "svc-testing"
DATABASE = "svc_testing"
OPEN_COPIES = 100  # an office has as many open orders as its people can carry, however many have ended
COPIED = ("test_order", "sample", "sample_parameter")


class Orders:
    """`app` in this process, its settings for processes outside, and clients of it."""

    def __init__(self, postgresql: PostgreSQL, folder: Path, bus: str = "") -> None:
        postgresql.create(DATABASE)
        for issuer in ("gateway", "svc-testing"):
            keys.generate(issuer, folder / "keys")
        self.settings = {
            "ENVIRONMENT": "demo",
            "DATABASE_URL": postgresql.url(DATABASE, role=DATABASE),
            "BUS_URL": bus or f"sqlite:///{folder}/bus.db",
            "CELERY_BROKER_URL": f"lite:///{folder}/jobs.db",
            "KEY_FILE": str(folder / "keys" / "svc-testing.json"),
            "TRUST_DIR": str(folder / "keys" / "public"),
            "ANCHOR_DIR": str(folder / "anchors"),
            "LOG_LEVEL": "WARNING",
        }
        self.owner = sa.create_engine(postgresql.url(DATABASE).replace("postgresql:", "postgresql+psycopg:"))
        self._signer = keys.Signer.from_file("gateway", folder / "keys" / "gateway.json")

    def open(self) -> None:
        import os

        os.environ.update(self.settings)
        prepare("testing")
        from svc_testing import create_app

        self.app = create_app()

    def headers(self, role: str, person: str = CLERK) -> dict[str, str]:
        claims: dict[str, Any] = {"sub": person, "name": role, "roles": [role], "kind": "user"}
        if role == "customer":
            claims["customer_id"] = CUSTOMER
        token = self._signer.sign(AUDIENCE, lifetime=60, ip="127.0.0.1", rid=uuid.uuid4().hex, **claims)
        return {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, role: str, form: Any = None) -> Any:
        headers = self.headers(role) | ({"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {})
        answer = self.app.test_client().open(API + path, method=method, json=form, headers=headers)
        if answer.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)[:800]}")
        return answer.json

    def deliver(self, kind: str, facts: dict[str, Any], key: str) -> None:
        source = f"/svc-{kind.split('.')[0]}"
        event = Event(id=str(new_id()), type=kind, source=source, time=now(), partition_key=key, data=facts)
        with self.app.app_context():
            inbox.store([event.to_json()])
        handling.drain(self.app)

    def make_true_ones(self) -> None:
        """One order in each state from the draft to the laboratory."""
        facts = {"name": "PT Contoh Tirta", "address": "Jalan Contoh 1", "city": "Pontianak", "phone": "0561700123"}
        known = {"customer_id": CUSTOMER, "email": "a@contoh.test", "status": "verified", **facts}
        self.deliver("identity.customer.verified", known, CUSTOMER)
        for state in ("drafted", "submitted", "invoiced", "paid", "numbered"):
            self._to(state)

    def _to(self, state: str) -> None:
        order = self.ask("POST", "/orders", "customer", {"contact": "Rina Contoh"})
        path = f"/orders/{order['id']}"
        standards = self.ask("GET", "/standards?all=true", "customer")["items"]
        standard = self.ask("GET", f"/standards/{standards[0]['id']}", "customer")
        chosen = [parameter["id"] for parameter in standard["parameters"][:2]]
        form = {
            "sample_type": "Air limbah",
            "code_location": "AL-1",
            "standard_id": standard["id"],
            "parameters": chosen,
        }
        sample = self.ask("POST", f"{path}/samples", "customer", form)
        steps = [
            ("submitted", lambda: self._act(path, "submit", "customer", agreed=True)),
            ("invoiced", lambda: self._act(path, "forward", "customer_service", capability_confirmed=True)),
            ("paid", lambda: self._pay(order)),
            ("numbered", lambda: self._number(path, f"/samples/{sample['id']}")),
        ]
        for name, step in steps if state != "drafted" else ():
            step()
            if name == state:
                return

    def _act(self, path: str, name: str, role: str, **form: Any) -> None:
        self.ask("POST", f"{path}/actions/{name}", role, form)

    def _pay(self, order: dict[str, Any]) -> None:
        facts = {
            "order_id": order["id"],
            "pre_number": order["pre_number"],
            "customer_id": CUSTOMER,
            "service": "testing",
        }
        invoice = {"invoice_id": str(new_id()), "revision": 1, "total_amount": 105_000, "status": "paid"}
        self.deliver("billing.invoice.paid", {**facts, **invoice, "paid_at": now().isoformat()}, order["id"])

    def _number(self, order: str, sample: str) -> None:
        checklist = [{"item": "Label sesuai order", "result": "ok", "note": ""}]
        form = {"received_at": now().isoformat(), "checklist": checklist, "conclusion": "diterima"}
        self._act(sample, "accept", "customer_service", **form)
        self._act(order, "number", "customer_service")

    def copy_up_to(self, orders: int) -> None:
        """Copies of the true rows, one second apart into the past; all but the latest have ended."""
        with self.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            have = connection.execute(sa.text("SELECT count(*) FROM test_order")).scalar_one()
            true = connection.execute(sa.text("SELECT count(*) FROM test_order WHERE remark <> 'copy'")).scalar_one()
            span = {"first": (have - true) // true + 1, "last": (orders - true) // true}
            connection.execute(sa.text("SET session_replication_role = replica"))  # foreign keys hold by construction
            connection.execute(sa.text("SET maintenance_work_mem = '512MB'"))
            connection.execute(sa.text(SHIFTED))
            with _without_word_indexes(connection):
                for table in COPIED:
                    connection.execute(sa.text(_copy(connection, table)), span)
            connection.execute(sa.text("VACUUM ANALYZE"))


# a copy's id lies as far in the past as the copy: ids are UUIDv7 and begin with their millisecond
SHIFTED = """CREATE OR REPLACE FUNCTION pg_temp.shifted(id uuid, n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
SELECT (lpad(to_hex(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - n * 1000), 12, '0')
        || '7' || left(md5(id::text || n), 3) || '8' || right(md5(id::text || n), 15))::uuid $$"""


@contextmanager
def _without_word_indexes(connection: sa.Connection) -> Iterator[None]:
    """Indexes of parts of words are made once at the end, which is many times faster."""
    found = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%gin_trgm_ops%'"
    indexes = connection.execute(sa.text(found)).all()
    for name, _ in indexes:
        connection.execute(sa.text(f"DROP INDEX {name}"))
    yield
    for _, definition in indexes:
        connection.exec_driver_sql(definition)


def _copy(connection: sa.Connection, table: str) -> str:
    names = [column["name"] for column in sa.inspect(connection).get_columns(table)]
    changed = {name: f"pg_temp.shifted(o.{name}, n)" for name in ("id", "order_id", "sample_id")}
    true = "true"
    if table == "test_order":
        changed |= {
            "pre_number": "o.pre_number || '-' || n",
            "number": "o.number || '-' || n",
            "customer_name": "o.customer_name || ' ' || n",
            "created_at": "o.created_at - n * interval '1 second'",
            "remark": "'copy'",
            "status": f"CASE WHEN n <= {OPEN_COPIES} THEN o.status ELSE 'archived' END",
        }
        true = "o.remark <> 'copy'"
    elif table == "sample":
        ended = f"CASE WHEN n <= {OPEN_COPIES} THEN o.status ELSE 'reported' END"
        changed |= {"number": "o.number || '-' || n", "note": "'copy'", "status": ended}
        changed["created_at"] = "o.created_at - n * interval '1 second'"
        true = "o.note <> 'copy'"
    else:
        true = "(SELECT s.note <> 'copy' FROM sample s WHERE s.id = o.sample_id)"
    columns, values = ", ".join(names), ", ".join(changed.get(name, f"o.{name}") for name in names)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM (SELECT * FROM {table} o WHERE {true}) o,"
        " generate_series(CAST(:first AS int), CAST(:last AS int)) n ORDER BY n DESC, o.id"
    )


def statements_of(orders: Orders, path: str, role: str) -> list[tuple[str, Any]]:
    """What the service says to its database to answer this request."""
    said: list[tuple[str, Any]] = []
    with orders.app.app_context():
        engine = db.engine

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        said.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        orders.ask("GET", path, role)
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
    return [(statement, parameters) for statement, parameters in said if statement.startswith("SELECT")]


def pages_touched(orders: Orders, path: str, role: str) -> tuple[int, float]:
    """Pages of the shared buffers and milliseconds of all statements of one request, by EXPLAIN (ANALYZE, BUFFERS)."""
    pages, milliseconds = 0, 0.0
    with orders.owner.connect() as connection:
        for statement, parameters in statements_of(orders, path, role):
            explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
            found = explained.scalar_one()
            top = (json.loads(found) if isinstance(found, str) else found)[0]
            pages += top["Plan"]["Shared Hit Blocks"] + top["Plan"]["Shared Read Blocks"]
            milliseconds += top["Execution Time"]
    return pages, milliseconds
