"""Effects of events: invoices, money, numbers, documents, messages, history. Each once, none missing."""

import hashlib
import re
from collections import defaultdict
from pathlib import Path

from bench.chaos.databases import Databases
from bench.chaos.findings import Findings

TWICE = {
    "invoices per order and revision": ("billing", "invoices", "order_id, revision"),
    "payments per invoice": ("billing", "payments", "invoice_id"),
    "postings per invoice and reason": (
        "billing",
        "(SELECT DISTINCT posting_id, invoice_id, reason FROM entries) AS posted",
        "invoice_id, reason",
    ),
    "messages per event, recipient and channel": ("notify", "message", "event_id, recipient, channel"),
    "letters per message": ("notify", "letter", "message_id"),
    "public feed entries per event": ("notify", "feed_entry", "event_id"),
}
SUPERSEDED = ("voided", "replaced")  # nobody needs them any more
SERIES = {
    "order": ("test_order", "numbered_year", r"^(\d+)$"),
    "analysis": ("sample", "0", r"^P\.(\d+) - \d{4}$"),
    "report": ("report", "0", r"^(\d+)/"),
}


def check(databases: Databases, found: Findings) -> None:
    doubled = []
    for name, (service, table, columns) in TWICE.items():
        rows = databases.rows(
            service, f"SELECT {columns}, count(*) AS n FROM {table} GROUP BY {columns} HAVING count(*) > 1"
        )
        doubled += [f"{name}: {row}" for row in rows]
    found.count("effects doubled", doubled)
    found.count("books that are wrong", _books(databases))
    _numbers(databases, found)
    _documents(databases, found)
    found.count(
        "messages left unsent", databases.rows("notify", "SELECT id, status, error FROM message WHERE status <> 'sent'")
    )
    found.count("history rows missing or doubled per root", _history(databases))


def _books(databases: Databases) -> list[str]:
    """Every archived order has one paid invoice, and its accounts say so."""
    wrong = [
        f"posting {row['posting_id']} sums to {row['total']}"
        for row in databases.rows(
            "billing",
            "SELECT posting_id, sum(amount) AS total FROM entries GROUP BY posting_id HAVING sum(amount) <> 0",
        )
    ]
    accounts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in databases.rows("billing", "SELECT invoice_id, account, amount FROM entries"):
        accounts[row["invoice_id"]][row["account"]] += row["amount"]
    invoices = databases.rows("billing", "SELECT id, order_id, status, total_amount FROM invoices")
    for invoice in invoices:
        has, total = accounts[invoice["id"]], invoice["total_amount"]
        should = (0, total, -total) if invoice["status"] == "paid" else (total, 0, -total)
        if (has["receivable"], has["cash"], has["revenue"]) != should:
            wrong.append(f"invoice {invoice['id']} {invoice['status']} {total}: {dict(has)}")
    paid = {invoice["order_id"] for invoice in invoices if invoice["status"] == "paid"}
    archived = databases.rows("testing", "SELECT id FROM test_order WHERE status = 'archived'")
    return wrong + [f"order {row['id']} is archived and not paid" for row in archived if row["id"] not in paid]


def _numbers(databases: Databases, found: Findings) -> None:
    gaps, doubles = [], []
    for name, (table, year, pattern) in SERIES.items():
        issued: dict[int, list[int]] = defaultdict(list)
        for row in databases.rows("testing", f"SELECT number, {year} AS year FROM {table} WHERE number IS NOT NULL"):
            match = re.match(pattern, row["number"])
            assert match, row
            issued[row["year"]].append(int(match[1]))
        last = {
            row["year"]: row["last"]
            for row in databases.rows("testing", f"SELECT year, last FROM series_counter WHERE code = 'testing.{name}'")
        }
        for each in issued.values():
            doubles += [f"{name} {n}" for n in set(each) if each.count(n) > 1]
            gaps += [f"{name} {n}" for n in set(range(1, max(each) + 1)) - set(each)]
            if len(issued) == 1 and list(last.values()) != [max(each)]:
                gaps.append(f"{name}: the counter says {last}, the last number is {max(each)}")
        found.tell(f"numbers issued: {name}", str(sum(map(len, issued.values()))))
    drafts = databases.rows("testing", "SELECT pre_number FROM test_order GROUP BY pre_number HAVING count(*) > 1")
    found.count("gaps in numbers", gaps)
    found.count("numbers given twice", doubles + drafts)


def _documents(databases: Databases, found: Findings) -> None:
    printed = databases.rows("documents", "SELECT * FROM documents")
    found.tell("documents printed", str(sum(bool(row["sha256"]) for row in printed)))
    per_render: dict[tuple[str, str], int] = defaultdict(int)
    live: dict[str, int] = defaultdict(int)
    for row in printed:
        per_render[(row["kind"], row["render_id"])] += 1
        live[f"{row['kind']} {row['subject_id']}"] += row["status"] == "issued"
    twice = [f"{key}: {n}" for key, n in per_render.items() if n > 1] + [
        f"{key}: {n} issued" for key, n in live.items() if n > 1
    ]
    found.count("documents doubled", twice)
    due = [row for row in printed if not row["sha256"] and row["status"] not in SUPERSEDED]
    found.count("documents not printed", [f"{row['kind']} {row['id']} {row['status']} {row['error']}" for row in due])
    files = {row["id"]: row for row in databases.rows("documents", "SELECT id, sha256, storage_key FROM files")}
    paths: dict[str, list[Path]] = defaultdict(list)
    for path in (databases.var / "files").rglob("*"):
        paths[path.name].append(path)
    broken = []
    for row in printed:
        file = files.get(row["file_id"], {"sha256": "", "storage_key": ""})
        same_name = paths[file["storage_key"].rsplit("/", 1)[-1]]
        if row["sha256"] and (file["sha256"] != row["sha256"] or not _is_kept(same_name, row["sha256"])):
            broken.append(f"{row['kind']} {row['id']}")
    reports = databases.rows("testing", "SELECT id, sha256, file_id FROM report WHERE file_id IS NOT NULL")
    known = {row["file_id"]: row["sha256"] for row in printed}
    broken += [f"report {row['id']}" for row in reports if known.get(row["file_id"]) != row["sha256"]]
    found.count("documents whose bytes are not those recorded", broken)


def _is_kept(paths: list[Path], sha256: str) -> bool:
    return any(path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256 for path in paths)


def _history(databases: Databases) -> list[str]:
    wrong = []
    for service in ("testing", "billing", "documents", "identity"):
        per_root: dict[str, list[int]] = defaultdict(list)
        for row in databases.rows(service, "SELECT root_id, seq FROM history ORDER BY root_id, seq"):
            per_root[row["root_id"]].append(row["seq"])
        wrong += [
            f"{service} {root} {seqs}" for root, seqs in per_root.items() if seqs != list(range(1, len(seqs) + 1))
        ]
    return wrong
