"""The judge: reads what clients wrote down and what lies in the databases, and uses none of the system's own code.

`python -m bench.chaos.check FOLDER` prints counts; all but the faults must be 0.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.chaos import acts, effects, numbers, traffic
from bench.chaos.databases import Databases
from bench.chaos.findings import Findings
from bench.chaos.journal import read


def main(folder: Path) -> int:
    databases, found = Databases(folder), Findings()
    run, seen = json.loads((folder / "run.json").read_text()), json.loads((folder / "seen.json").read_text())
    _faults(folder, run, seen, found)
    numbers.check(folder, run["size"], databases, found)
    acts.check(folder, run["size"], seen["last_fault_at"], databases, found)
    effects.check(databases, found)
    traffic.check(folder, databases, found)
    found.print()
    return 1 if found.bad else 0


def _faults(folder: Path, run: dict[str, Any], seen: dict[str, Any], found: Findings) -> None:
    """What was done to the system; these counts are meant to be large."""
    journal = list(read(folder / "faults.jsonl"))
    found.tell("engines", f"{run['engines']}, seed {run['seed']}")
    done = {}
    for what, title in (("kill", "kind"), ("restart", "name"), ("point", "name")):
        counts: dict[str, int] = {}
        for line in journal:
            if line["what"] == what:
                counts[line[title]] = counts.get(line[title], 0) + 1
        names = {"kill": "processes killed", "restart": "engines killed and started", "point": "kill points hit"}
        listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        done[what] = sum(counts.values())
        found.tell(names[what], f"{done[what]}  ({listed})" if counts else "0")
    seconds = [line["name"] for line in journal if line["what"] == "second"]
    killed = sum(line["name"].endswith(".second") for line in journal if line["what"] == "kill")
    found.tell("second relays", f"{len(set(seconds))}, killed {killed}, started {len(seconds)}")
    again = list(read(folder / "redelivery.jsonl"))
    done["redelivered"] = sum(line.get("count", 0) for line in again)
    done["poison"] = sum(line["what"] == "poison" for line in again)
    found.tell("events redelivered, shuffled", str(done["redelivered"]))
    found.tell("poison messages", str(done["poison"]))
    found.tell(
        "answers clients had to ask again for", ", ".join(f"{k} {n}" for k, n in sorted(seen["passing"].items()))
    )
    found.tell("seconds from the last fault to rest", f"{seen['settled_seconds']:.0f}")
    meant = {"kill": "kills", "redelivered": "deliveries", "poison": "poison"}
    meant |= {"restart": "restarts"} if run["engines"] == "real" else {}
    short = {what: (done[what], run["size"][name]) for what, name in meant.items() if done[what] < run["size"][name]}
    found.count("kinds of faults of which too few were done", [f"{what}: {few}" for what, few in short.items()])
    found.count("kill points laid and not hit", [line["name"] for line in journal if line["what"] == "missed"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
