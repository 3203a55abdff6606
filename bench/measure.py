"""Figures of processes and rounds: CPU and memory from /proc, medians of alternating rounds, one line per goal."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
ROUNDS = int(os.environ.get("ROUNDS") or 3)
IS_RELEASE = os.environ.get("SIZE") == "release"


@dataclass(frozen=True)
class Goal:
    """`value` is a ratio or a figure; `limit` the goal, which is an upper bound unless `at_least`."""

    name: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = "×"
    detail: str = ""

    @property
    def is_met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign, verdict = "≥" if self.at_least else "≤", "met" if self.is_met else "MISSED"
        return (
            f"{self.name:<58} {self.value:9.3g} {self.unit:<4} goal {sign} {self.limit:<6g} {verdict:<7} {self.detail}"
        )


@dataclass
class Report:
    """What one script found; printed at once, kept as JSON for the table."""

    name: str
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def goal(
        self, name: str, value: float, limit: float, *, at_least: bool = False, unit: str = "×", detail: str = ""
    ) -> None:
        self.goals.append(Goal(name, value, limit, at_least, unit, detail))
        print(f"  {self.goals[-1]}", flush=True)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(f"  {text}", flush=True)

    def keep(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))


def alternate(
    sides: Mapping[str, Callable[[], Mapping[str, float]]], rounds: int = ROUNDS
) -> dict[str, dict[str, float]]:
    """Each side once per round, forwards and backwards in turn; the median of each figure over the rounds."""
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in list(sides)[:: -1 if number % 2 else 1]:
            found[name].append(sides[name]())
    return {
        name: {figure: statistics.median(each[figure] for each in figures) for figure in figures[0]}
        for name, figures in found.items()
    }


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        parents.setdefault(parent, []).append(int(path.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def cpu_seconds(*pids: int) -> float:
    """User and system time of the trees of these processes, with that of children already gone."""
    return sum(_ticks(pid) for root in pids for pid in tree(root)) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(value) for value in fields[11:15])


def memory_mb(*pids: int) -> float:
    """Proportional set size of the trees: pages that several share are counted once."""
    total = 0
    for pid in {pid for root in pids for pid in tree(root)}:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
