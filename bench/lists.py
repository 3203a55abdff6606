"""A page of 20 orders: CPU of the service against the usual way, pages touched as the table grows, search."""

from __future__ import annotations

import statistics
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from bench import pages
from bench.measure import IS_RELEASE, Report, alternate
from bench.orders import API, Orders, pages_touched
from bench.servers import gunicorn, wrk
from deploy.engines import PostgreSQL
from deploy.paths import ROOT

SIZES = (10_000, 100_000, 1_000_000) if IS_RELEASE else (10_000, 100_000)
MATCHES = " OR ".join(f"lower({column}) LIKE %s" for column in ("pre_number", "number", "customer_name"))
SEQUENTIAL = f"SELECT id FROM test_order WHERE {MATCHES} ORDER BY created_at DESC, id DESC LIMIT 21"


def main(folder: Path) -> Report:
    report = Report("lists")
    postgresql = PostgreSQL(folder / "postgresql")
    postgresql.start()
    try:
        orders = Orders(postgresql, folder)
        orders.open()
        orders.make_true_ones()
        touched = {}
        for size in SIZES:
            orders.copy_up_to(size)
            touched[size] = pages.touched(orders, size)
        _growth(touched[SIZES[0]], touched[SIZES[-1]], report)
        _search(orders, report)
        _cpu(orders, folder, report)
    finally:
        postgresql.stop()
    return report


def _growth(small: pages.Touched, large: pages.Touched, report: Report) -> None:
    for name, (before, _) in small.items():
        after, ms = large[name]
        title = f"pages touched, {SIZES[-1]:,} / {SIZES[0]:,} orders: {name}"
        report.goal(title, after / max(before, 1), 1.3, detail=f"{after} / {before}, {ms:.1f} ms")


def _search(orders: Orders, report: Report) -> None:
    """A rare number: our statements against a scan of the same table with the indexes switched off."""
    rare = f"tirta {SIZES[-1] // 5 - 77}"
    ours, theirs = [], []
    with orders.owner.connect() as connection:
        for name in ("enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan"):
            connection.execute(sa.text(f"SET {name} = off"))
        for _ in range(5):
            plan = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {SEQUENTIAL}", (f"%{rare}%",) * 3
            ).scalar_one()
            theirs.append(plan[0]["Execution Time"])
            ours.append(pages_touched(orders, f"/orders?q={quote(rare)}", pages.DESK)[1])
    mine, usual = statistics.median(ours), statistics.median(theirs)
    goal = 40 if IS_RELEASE else 4  # an unindexed search grows with the table: 40 × at 1 M is 4 × at 100 k
    report.goal(
        f"search at {SIZES[-1]:,}: unindexed / ours",
        usual / mine,
        goal,
        at_least=True,
        detail=f"{usual:.1f} / {mine:.1f} ms",
    )


def _cpu(orders: Orders, folder: Path, report: Report) -> None:
    settings = {**orders.settings, "WEB_WORKERS": "1", "WEB_THREADS": "8"}
    ours = gunicorn(
        "svc_testing:create_app()", "--config", str(ROOT / "deploy" / "gunicorn.conf.py"),
        ready="/healthz", env=settings, log=folder / "ours.log",
    )  # fmt: skip
    threads = ("--worker-class", "gthread", "--threads", "8", "--workers", "1", "--keep-alive", "75")
    theirs = gunicorn(
        "bench.peers.usual_list:app", *threads, ready="/openapi.json", env=settings, log=folder / "usual.log"
    )
    with ours, theirs:
        sides = {
            "ours": lambda: wrk(ours, f"{API}/orders", connections=4, headers=orders.headers(pages.DESK)),
            "usual": lambda: wrk(theirs, "/orders?page_size=20", connections=4, headers=orders.headers(pages.DESK)),
        }
        found = alternate(sides)
    for name, side in found.items():
        report.note(f"{name:<6} CPU {side['cpu'] / 1000:6.1f} ms  p50 {side['p50']:6.1f} ms  {side['rps']:6.0f} req/s")
    report.goal("page of 20, service CPU / smorest + ORM + count", found["ours"]["cpu"] / found["usual"]["cpu"], 1 / 6)
