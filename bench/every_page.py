"""Every page that shows testing's data at 10 k and at 100 k orders: statements, pages of the database, CPU and time through the gateway."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bench import copies, kinds
from bench.measure import IS_RELEASE, ROUNDS, Report, cpu_seconds, percentile
from bench.visitor import Visitor
from deploy.client import Person, wait_for
from deploy.engines import Engines, PostgreSQL
from deploy.processes import PEERS, declared
from deploy.running import System

SIZES = (10_000, 100_000, 1_000_000) if IS_RELEASE else (10_000, 100_000)
ASKED = 4 * ROUNDS
SLOWEST_MS, GROWTH = 150, 1.3
LEAST_PAGES = 20  # of the database: below, one more is a third more and says nothing
SETTLED = 2.0
SAID = """SELECT coalesce(sum(calls), 0), coalesce(sum(shared_blks_hit + shared_blks_read), 0) FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.userid WHERE d.datname LIKE 'svc_%' AND r.rolname = d.datname"""


@dataclass(frozen=True)
class Figures:
    """Of one page: `pages` of the database touched by its `statements`, `cpu` of all processes that answer."""

    statements: int
    pages: int
    median: float
    p95: float
    cpu: float


Found = dict[tuple[str, str, bool], Figures]


class Office:
    """A whole installation on engines of its own, whose PostgreSQL counts what is said to it."""

    def __init__(self, engines: Engines, system: System) -> None:
        self.engines, self.system = engines, system
        self.databases = {name: self._connect(engines.postgresql, f"svc_{name}") for name in ("testing", "billing")}
        self._counts = self._connect(engines.postgresql, "postgres")
        self.people = {name: Person(system.base_url, name, kinds.PASSWORD) for name in kinds.ROLES}
        self.visitors = {name: Visitor(system.base_url, name) for name in kinds.ROLES}

    @staticmethod
    def _connect(postgresql: PostgreSQL, name: str) -> sa.Connection:
        engine = sa.create_engine(postgresql.url(name).replace("postgresql:", "postgresql+psycopg:"))
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def keep_true_ones(self) -> None:
        copies.keep_true_ones(self.databases["testing"])
        copies.take_over(self.databases["billing"], self.databases["testing"])
        copies.add_customers(self.databases["testing"], "customer_copy")
        copies.add_customers(self.databases["billing"], "customer_copies")

    def grow(self, orders: int) -> None:
        testing = self.databases["testing"]
        have = testing.scalar(sa.text("SELECT count(*) FROM test_order")) or 0
        for name, tables in (("testing", copies.TESTING), ("billing", copies.BILLING)):
            copies.copy_rows(self.databases[name], tables, have, orders)

    def measure(self) -> Found:
        behind = [process.name for process in declared("real") if not process.has_port]
        with self.system.without(*behind):  # nobody else speaks to the databases while a page is counted
            time.sleep(SETTLED)
            return {
                (name, who, is_list): self._visit(self.visitors[who], address, is_api=address.startswith("/api/"))
                for name, who, address, is_list in kinds.visits(self.people)
            }

    def _visit(self, visitor: Visitor, address: str, *, is_api: bool) -> Figures:
        ask = (lambda: self.people[visitor.username].get(address)) if is_api else (lambda: visitor.open(address))
        ask()
        counted = [self._counted(ask) for _ in range(2)]  # once a minute a page asks for the office's name as well
        before, times = self._cpu(), []
        for _ in range(ASKED):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
        cpu = (self._cpu() - before) / ASKED * 1000
        return Figures(*min(counted), statistics.median(times), percentile(times, 0.95), cpu)

    def _counted(self, ask: object) -> tuple[int, int]:
        self._counts.execute(sa.text("SELECT pg_stat_statements_reset()"))
        ask()  # type: ignore[operator]
        calls, pages = self._counts.execute(sa.text(SAID)).one()
        return int(calls), int(pages)

    def _cpu(self) -> float:
        assert self.system.process
        engine = (self.engines.postgresql.folder / "postmaster.pid").read_text().split()[0]
        return cpu_seconds(self.system.process.pid, int(engine))


def main(folder: Path) -> Report:
    report = Report("every_page")
    with Engines(folder / "engines") as engines:
        _let_count(engines.postgresql)
        with System(folder / "var", engines="real", demo=True, addresses=engines.addresses(PEERS)) as system:
            wait_for(lambda: system.is_settled, "the orders of the demonstration", patience=600)
            office = Office(engines, system)
            office.keep_true_ones()
            found = {}
            for size in SIZES:
                began = time.monotonic()
                office.grow(size)
                report.note(
                    f"{size:,} orders after {time.monotonic() - began:.0f} s more; load {os.getloadavg()[0]:.1f}"
                )
                found[size] = office.measure()
                report.note(f"every page seen; load {os.getloadavg()[0]:.1f}")
    _tell(found[SIZES[0]], found[SIZES[-1]], report)
    return report


def _let_count(postgresql: PostgreSQL) -> None:
    postgresql.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    postgresql.stop()
    postgresql.start()
    postgresql.query("ALTER SYSTEM SET pg_stat_statements.track_utility = off")
    postgresql.query("SELECT pg_reload_conf()")
    postgresql.query("CREATE EXTENSION pg_stat_statements")


def _tell(small: Found, large: Found, report: Report) -> None:
    few, many = SIZES[0], SIZES[-1]
    report.note(f"{'':<44} statements      pages of the database     CPU, ms         median, ms        p95, ms")
    for (name, who, is_list), before in small.items():
        after = large[name, who, is_list]
        report.note(
            f"{name:<32} {who:<10} {before.statements:>4} {after.statements:>4} {before.pages:>9,} {after.pages:>9,}"
            f" {before.cpu:>9.0f} {after.cpu:>6.0f} {before.median:>10.0f} {after.median:>6.0f} {after.p95:>10.0f}"
        )
    grown = {
        f"{name}, {who}": _growth(small[name, who, True], at) for (name, who, is_list), at in large.items() if is_list
    }
    more = {f"{key[0]}, {key[1]}": at.statements - small[key].statements for key, at in large.items()}
    slow = {f"{key[0]}, {key[1]}": at.median for key, at in large.items()}
    for title, values, limit, unit in (
        (f"more statements at {many:,} than at {few:,}", more, 0, ""),
        (f"pages of the database touched by a list, {many:,} / {few:,}", grown, GROWTH, "×"),
        (f"median of a page at {many:,}", slow, SLOWEST_MS, "ms"),
    ):
        worst = max(values, key=lambda name: values[name])
        beyond = sum(value > limit for value in values.values())
        report.goal(title, values[worst], limit, unit=unit, detail=f"{worst}; {beyond} of {len(values)} beyond")


def _growth(before: Figures, after: Figures) -> float:
    return after.pages / max(before.pages, LEAST_PAGES)
