"""Did every event reach everybody who listens, in order, and was it handled? Did nothing but poison die?"""

import re
from collections import defaultdict
from pathlib import Path

from bench.chaos.databases import SERVICES, Databases, plain_id
from bench.chaos.findings import Findings
from bench.chaos.journal import read
from deploy.paths import ROOT

ROW = re.compile(r"^\| `(?P<type>[\w.]+)` \|.*\| (?P<listeners>[^|]*) \|$")


def check(folder: Path, databases: Databases, found: Findings) -> None:
    listeners = promised()
    published = _published(databases, found)
    _arrived(databases, found, listeners, published)
    _order(databases, found)
    _dead(folder, databases, found, listeners)


def promised() -> dict[str, set[str]]:
    """Who listens to what, by the published page."""
    rows = (ROW.match(line) for line in (ROOT / "docs" / "events.md").read_text().splitlines())
    return {
        row["type"]: {name.strip().removeprefix("svc-") for name in row["listeners"].split(",") if name.strip()}
        for row in rows
        if row
    }


def _published(databases: Databases, found: Findings) -> dict[str, str]:
    """Event id → type, of all services."""
    published, waiting, swapped = {}, [], []
    for service in SERVICES:
        last: dict[str, int] = {}
        for row in databases.rows(
            service, "SELECT seq, event_id, type, partition_key, feed_seq FROM outbox ORDER BY seq"
        ):
            published[plain_id(row["event_id"])] = row["type"]
            if row["feed_seq"] is None:
                waiting.append(f"{service} {row['type']} {row['event_id']}")
                continue
            if row["feed_seq"] < last.get(row["partition_key"], 0):
                swapped.append(f"{service} {row['type']} {row['event_id']}")
            last[row["partition_key"]] = row["feed_seq"]
    found.tell("events said", str(len(published)))
    found.count("events never published", waiting)
    found.count("events published out of order", swapped)
    return published


def _arrived(databases: Databases, found: Findings, listeners: dict[str, set[str]], published: dict[str, str]) -> None:
    unlisted = sorted({type_ for type_ in published.values() if type_ not in listeners})
    found.count("types of events that docs/events.md does not know", unlisted)
    for service in SERVICES:
        rows = databases.rows(service, "SELECT event_id, status, type, last_error FROM inbox")
        status = {plain_id(row["event_id"]): row["status"] for row in rows}
        due = {event for event, type_ in published.items() if service in listeners.get(type_, ())}
        if not due:
            continue
        found.tell(f"events for svc-{service}", str(len(due)))
        found.count(
            f"events missing in svc-{service}", [f"{published[event]} {event}" for event in due if event not in status]
        )
        waiting = [f"{row['type']} {row['event_id']} {row['last_error']}" for row in rows if row["status"] == "pending"]
        found.count(f"events unhandled in svc-{service}", waiting)


def _order(databases: Databases, found: Findings) -> None:
    """Within one order and source, effects follow each other as they were said."""
    swapped = []
    for service in SERVICES:
        lanes: dict[tuple[str, str], str] = defaultdict(str)
        query = (
            "SELECT event_id, type, partition_key, source, sequence, occurred_at, done_at FROM inbox "
            "WHERE status = 'done' AND attempts > 0 ORDER BY partition_key, source, sequence, occurred_at, seq"
        )
        for row in databases.rows(service, query):
            lane, done = (row["partition_key"], row["source"]), str(row["done_at"])
            if done < lanes[lane]:
                swapped.append(f"{service} {row['type']} {row['event_id']}")
            lanes[lane] = done
    found.count("events handled out of order within an order", swapped)


def _dead(folder: Path, databases: Databases, found: Findings, listeners: dict[str, set[str]]) -> None:
    poison = {line["mark"]: line for line in read(folder / "redelivery.jsonl") if line["what"] == "poison"}
    buried: dict[str, set[str]] = defaultdict(set)
    others = []
    for service in SERVICES:
        for row in databases.rows(service, "SELECT event_id, type, reason, body FROM dead_letters"):
            mark = next((mark for mark in poison if mark in row["body"]), None)
            if mark is None:
                others.append(f"{service} {row['type']} {row['event_id']}: {row['reason']}")
            else:
                buried[mark].add(service)
    unseen = []
    for mark, line in poison.items():
        # what is no event at all everybody must refuse; what is one, those who read the facts
        missing = listeners[line["type"]] - buried[mark]
        if missing and not (line["is_event"] and buried[mark]):
            unseen.append(f"{mark} {line['type']} in {', '.join(sorted(missing))}")
    found.count("poison that is not among the dead letters", unseen)
    found.count("dead letters other than the poison", others)
