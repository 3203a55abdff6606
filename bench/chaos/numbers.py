"""Numbers that many writers took: none missing, none twice, each as it was told (R3)."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bench.chaos.databases import Databases
from bench.chaos.findings import Findings
from bench.chaos.journal import read

COUNTERS = "SELECT year, last FROM series_counter WHERE code = 'chaos.number'"


def check(folder: Path, size: dict[str, Any], databases: Databases, found: Findings) -> None:
    kept = {
        (row["writer"], row["serial"]): row["number"]
        for row in databases.rows("testing", "SELECT writer, serial, number FROM chaos_numbers")
    }
    issued: dict[int, list[int]] = defaultdict(list)
    for number in kept.values():
        n, month, year = number.split("/")
        issued[int(year)].append(int(n))
        assert month == {"2026": "XII", "2027": "I"}[year], number
    last = {row["year"]: row["last"] for row in databases.rows("testing", COUNTERS)}
    per_year = ", ".join(f"{year}: {len(each)}" for year, each in sorted(issued.items()))
    killed = sum(line["what"] == "kill" for line in read(folder / "writers.jsonl"))
    found.tell(f"numbers taken by {size['writers']} writers, {killed} killed", f"{len(kept)}  ({per_year})")
    found.count("writers' numbers never taken", range(len(kept), size["numbers"]))
    found.count("writers never killed", range(killed, size["writer_kills"]))
    found.count("gaps in the writers' numbers", _gaps(issued))
    doubles = [f"{n}/{year}" for year, each in issued.items() for n, times in Counter(each).items() if times > 1]
    found.count("writers' numbers given twice", doubles)
    found.count("writers' numbers told and not kept", _told_otherwise(folder, kept))
    wrong = [f"{year}: {count}" for year, count in last.items() if count != max(issued[year], default=0)]
    found.count("writers' counters that disagree", wrong)


def _gaps(issued: dict[int, list[int]]) -> list[str]:
    return [f"{n}/{year}" for year, each in issued.items() for n in sorted(set(range(1, max(each) + 1)) - set(each))]


def _told_otherwise(folder: Path, kept: dict[tuple[int, int], str]) -> list[str]:
    wrong = []
    for path in sorted(folder.glob("writer-*.jsonl")):
        writer = int(path.stem.partition("-")[2])
        for line in read(path):
            if kept.get((writer, line["serial"])) != line["number"]:
                wrong.append(f"writer {writer}: told {line['number']}, kept {kept.get((writer, line['serial']))}")
    return wrong
