"""The judge: reads what clients wrote down and what lies in the databases, and uses none of the system's own code.

`python -m bench.chaos.check FOLDER` prints counts; all but the faults must be 0.
"""

import json
import sys
from pathlib import Path

from bench.chaos import acts, effects, traffic
from bench.chaos.databases import Databases
from bench.chaos.findings import Findings
from bench.chaos.journal import read


def main(folder: Path) -> int:
    databases, found = Databases(folder), Findings()
    _faults(folder, found)
    acts.check(folder, databases, found)
    effects.check(databases, found)
    traffic.check(folder, databases, found)
    found.print()
    return 1 if found.bad else 0


def _faults(folder: Path, found: Findings) -> None:
    """What was done to the system; these counts are meant to be large."""
    run, seen = json.loads((folder / "run.json").read_text()), json.loads((folder / "seen.json").read_text())
    journal = list(read(folder / "faults.jsonl"))
    found.tell("engines", f"{run['engines']}, seed {run['seed']}")
    for what, title in (("kill", "kind"), ("restart", "name"), ("point", "name")):
        counts: dict[str, int] = {}
        for line in journal:
            if line["what"] == what:
                counts[line[title]] = counts.get(line[title], 0) + 1
        names = {"kill": "processes killed", "restart": "engines killed and started", "point": "kill points hit"}
        listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        found.tell(names[what], f"{sum(counts.values())}  ({listed})" if counts else "0")
    again = list(read(folder / "redelivery.jsonl"))
    found.tell("events redelivered, shuffled", str(sum(line.get("count", 0) for line in again)))
    found.tell("poison messages", str(sum(line["what"] == "poison" for line in again)))
    found.tell(
        "answers clients had to ask again for", ", ".join(f"{k} {n}" for k, n in sorted(seen["passing"].items()))
    )
    found.tell("seconds from the last fault to rest", f"{seen['settled_seconds']:.0f}")
    found.count("kill points laid and not hit", [line["name"] for line in journal if line["what"] == "missed"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
