"""Pages that PostgreSQL touches for a page of each list and worklist of testing, as the orders grow: a count, so it is fit for CI."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import sqlalchemy as sa

from bench.orders import Orders, pages_touched
from chassis.lists import _encode
from deploy.engines import PostgreSQL

DESK = "customer_service"
ASKED = (
    ("orders by customer", "/orders?sort=customer", DESK),
    ("orders that wait for money", "/orders?payment=unpaid", DESK),
    ("orders on contract", "/orders?payment=contract", DESK),
    ("orders, word that none carries", "/orders?q=zzqx", DESK),
    ("samples, word that none carries", "/samples?q=zzqx", "lab_coordinator"),
)
QUEUES = ("customer", DESK, "lab_coordinator", "supervisor", "analyst", "report_typist", "sampling_officer")
Touched = dict[str, tuple[int, float]]


def touched(orders: Orders, size: int) -> Touched:
    """Name of the page → pages and milliseconds of all its statements."""
    from svc_testing.worklists import BOXES, LISTS

    with orders.owner.connect() as connection:
        deep = sa.text("SELECT created_at, id FROM test_order ORDER BY created_at DESC, id DESC OFFSET :n LIMIT 1")
        cursor = _encode(*connection.execute(deep, {"n": size * 9 // 10}).one())
    asked = {
        "first page": ("/orders", DESK),
        "page at 90 % depth": (f"/orders?cursor={cursor}", DESK),
        "one status": ("/orders?status=paid", DESK),
        "of one customer": ("/orders", "customer"),
        **{name: (path, role) for name, path, role in ASKED},
        **{f"queue of {role}": ("/queue", role) for role in QUEUES},
        **{f"worklist {box.code}": (f"/{LISTS[box.model]}?box={box.code}", box.role) for box in BOXES},
    }
    return {name: pages_touched(orders, path, role) for name, (path, role) in asked.items()}


def main(folder: Path, *sizes: int) -> dict[int, Touched]:
    postgresql = PostgreSQL(folder / "postgresql")
    postgresql.start()
    try:
        orders = Orders(postgresql, folder)
        orders.open()
        orders.make_true_ones()
        found = {}
        for size in sizes:
            orders.copy_up_to(size)
            found[size] = touched(orders, size)
        return found
    finally:
        postgresql.stop()


if __name__ == "__main__":
    result = main(Path(sys.argv[1]), *(int(size) for size in sys.argv[2:]))
    print(json.dumps({size: {name: pages for name, (pages, _) in found.items()} for size, found in result.items()}))
