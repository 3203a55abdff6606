"""Is everything that was acknowledged there, once? Are all orders at their end?"""

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.chaos.databases import Databases, plain_id
from bench.chaos.findings import Findings
from bench.chaos.journal import read

ACTION = re.compile(r"^/api/v1/(?P<service>\w+)/(?:.*/)?(?P<thing>[0-9a-f-]{36})/actions/(?P<name>\w+)$")
CREATED = {
    "/api/v1/testing/orders": ("testing", "test_order"),
    "/api/v1/documents/files": ("documents", "files"),
}
SAMPLE = re.compile(r"^/api/v1/testing/orders/[0-9a-f-]{36}/samples$")
NUMBERED = {"orders": "test_order", "samples": "sample", "reports": "report"}


def check(folder: Path, size: dict[str, Any], last_fault_at: str, databases: Databases, found: Findings) -> None:
    lines = list(read(*sorted(folder.glob("client-*.jsonl"))))
    begun = {plain_id(line["order_id"]): line["number"] for line in lines if line["what"] == "begun"}
    acknowledged = [line for line in lines if line["what"] == "answer" and 200 <= line["status"] < 300]
    found.tell("orders", f"{len(begun)} begun, {sum(line['what'] == 'archived' for line in lines)} seen at their end")
    found.tell("acts acknowledged", str(len(acknowledged)))
    lost, doubled = [], []
    for check_some in (_actions, _creations):
        more_lost, more_doubled = check_some(lines, acknowledged, databases)
        lost += more_lost
        doubled += more_doubled
    found.count("acknowledged acts lost", lost)
    found.count("acknowledged numbers or facts that differ", _differing(acknowledged, databases))
    found.count("acts done twice", doubled)
    stopped = [f"order {line['number']}: {line['why']}" for line in lines if line["what"] == "stopped"]
    at_end = {row["id"] for row in databases.rows("testing", "SELECT id FROM test_order WHERE status = 'archived'")}
    in_time = _seen_in_time(lines, datetime.fromisoformat(last_fault_at) + timedelta(seconds=size["patience"]))
    stuck = [f"{number} ({order})" for order, number in begun.items() if order not in at_end & in_time]
    found.count(f"orders stuck {size['patience']:.0f} s after the last fault", stuck)
    found.count("orders whose client was refused", stopped)
    found.count("orders never begun", range(len(begun), size["orders"]))


def _seen_in_time(lines: list[dict[str, Any]], deadline: datetime) -> set[str]:
    """Orders that their customers saw at the end before that moment."""
    ends = [line for line in lines if line["what"] == "archived"]
    return {plain_id(line["order_id"]) for line in ends if datetime.fromisoformat(line["at"]) <= deadline}


def _actions(
    lines: list[dict[str, Any]], acknowledged: list[dict[str, Any]], databases: Databases
) -> tuple[list[str], list[str]]:
    """One history row for each acknowledged act, and none that nobody meant."""
    done = Counter(line["path"] for line in acknowledged if ACTION.match(line["path"]))
    answered = {line["key"] for line in lines if line["what"] == "answer"}
    meant = Counter(done)
    meant.update(
        line["path"]
        for line in lines
        if line["what"] == "intent" and ACTION.match(line["path"]) and line["key"] not in answered
    )
    rows: Counter[tuple[str, str, str]] = Counter()
    for service in ("testing", "billing", "documents", "identity"):
        for row in databases.rows(service, "SELECT thing_id, transition FROM history"):
            rows[(service, row["thing_id"], row["transition"])] += 1
    lost, doubled = [], []
    for path, most in meant.items():
        act = ACTION.match(path)
        assert act
        there = rows[(act["service"], plain_id(act["thing"]), act["name"])]
        if there < done[path]:
            lost.append(f"{path}: acknowledged {done[path]}, in the history {there}")
        if there > most:
            doubled.append(f"{path}: meant {most}, in the history {there}")
    return lost, doubled


def _creations(
    lines: list[dict[str, Any]], acknowledged: list[dict[str, Any]], databases: Databases
) -> tuple[list[str], list[str]]:
    """What was made is there, and nothing that nobody asked for."""
    answered = {line["key"] for line in lines if line["what"] == "answer"}
    lost, doubled = [], []
    for service, table, fits in (
        ("testing", "test_order", lambda path: path == "/api/v1/testing/orders"),
        ("testing", "sample", SAMPLE.match),
        ("documents", "files", lambda path: path == "/api/v1/documents/files"),
    ):
        own = " WHERE source = 'upload' OR uploaded_by IS NOT NULL" if table == "files" else ""
        there = {row["id"] for row in databases.rows(service, f"SELECT id FROM {table}{own}")}
        made = [line for line in acknowledged if fits(line["path"])]
        pending = [
            line for line in lines if line["what"] == "intent" and fits(line["path"]) and line["key"] not in answered
        ]
        lost += [f"{table} {line['body']}" for line in made if plain_id(line["body"]["id"]) not in there]
        if len(there) > len(made) + len(pending):
            doubled.append(f"{table}: {len(there)} there, {len(made)} acknowledged, {len(pending)} without answer")
    return lost, doubled


def _differing(acknowledged: list[dict[str, Any]], databases: Databases) -> list[str]:
    """A number that was said once is the number for ever; a file is what was sent."""
    numbers: dict[str, dict[str, str]] = defaultdict(dict)
    for noun, table in NUMBERED.items():
        for row in databases.rows("testing", f"SELECT id, number FROM {table}"):
            numbers[noun][row["id"]] = row["number"]
    differing = []
    for line in acknowledged:
        noun = line["path"].removeprefix("/api/v1/testing/").split("/")[0]
        said, kept = line["body"].get("number"), numbers[noun].get(plain_id(line["body"].get("id", "")))
        if noun in NUMBERED and said and kept != said and kept is not None:
            differing.append(f"{line['path']}: said {said}, is {kept}")
    files = {row["id"]: row["sha256"] for row in databases.rows("documents", "SELECT id, sha256 FROM files")}
    for line in acknowledged:
        said = line["body"].get("sha256")
        if line["path"] == "/api/v1/documents/files" and said and files.get(plain_id(line["body"]["id"])) != said:
            differing.append(f"file {line['body']}")
    return differing
