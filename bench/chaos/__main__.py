"""`python -m bench.chaos`: an installation of its own, load, faults, then the checker.

SIZE=ci|release, ENGINES=real|embedded, PART=<percent of it>.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.chaos.databases import SERVICES, Databases
from bench.chaos.faults import Faults
from bench.chaos.journal import Journal
from bench.chaos.load import Load
from bench.chaos.redelivery import Redeliverer
from bench.chaos.sizes import SIZES, Size
from bench.chaos.standby import Standby
from bench.chaos.writers import take_numbers
from deploy.engines import EngineMissing, Engines
from deploy.paths import ROOT
from deploy.running import System

SETTINGS = {
    "LIMIT_API": "60000/minute",
    "LIMIT_LOGIN": "100000/15 minutes",
    "LOG_LEVEL": "INFO",
    "MAIL_TIMEOUT": "5",
    "SEND_LEASE": "30",  # what a killed sender held goes out before the 120 seconds are over
}
STILL = (
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL)"
    " + (SELECT count(*) FROM inbox WHERE status = 'pending')"
)
PRINTING = "SELECT count(*) FROM documents WHERE status = 'requested'"
SENDING = "SELECT count(*) FROM message WHERE status IN ('queued', 'sending')"


def main() -> int:
    size = SIZES[os.environ.get("SIZE") or "ci"].part(float(os.environ.get("PART") or 100))
    kind = os.environ.get("ENGINES") or "real"
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    folder = Path(os.environ.get("CHAOS_DIR") or tempfile.mkdtemp(prefix="zc-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL runs as its own user and must get through
    print(f"chaos: {kind} engines, seed {seed}, in {folder}", flush=True)
    with ExitStack() as stack:
        try:
            engines = stack.enter_context(Engines(folder / "engines")) if kind == "real" else None
        except EngineMissing as missing:
            print(missing, file=sys.stderr)
            return 2
        addresses = engines.addresses(SERVICES) if engines else {}
        settings = {**SETTINGS, "KILL_POINT_DIR": str(folder / "kill-points")}
        system = System(folder / "var", engines=kind, addresses=addresses, **settings)
        stack.enter_context(system)
        facts = {
            "addresses": addresses,
            "var": str(folder / "var"),
            "seed": seed,
            "engines": kind,
            "size": asdict(size),
        }
        (folder / "run.json").write_text(json.dumps(facts))
        take_numbers(system, folder)
        second = stack.enter_context(Standby(system, kind, folder, settings, Journal(folder / "faults.jsonl")))
        _torment(system, Faults(system, second, engines, size, folder, seed=seed), size, folder, seed)
        verdict = subprocess.run([sys.executable, "-m", "bench.chaos.check", str(folder)], cwd=ROOT, check=False)
    if verdict.returncode == 0 and "CHAOS_DIR" not in os.environ:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"journals, logs and databases stay in {folder}")
    return verdict.returncode


def _torment(system: System, faults: Faults, size: Size, folder: Path, seed: int) -> None:
    databases = Databases(folder)
    bus = faults.engines.rabbitmq.url() if faults.engines else f"sqlite:///{folder}/var/bus.db"
    load, again = Load(system.base_url, size, folder), Redeliverer(databases, bus, size, folder, seed)
    load.start()
    again.start()
    faults.run(load.has_begun)
    began = time.monotonic()
    while not (faults.is_through or load.is_done or time.monotonic() - began > size.patience):
        faults.tend()  # the last kill points need somebody to pass
        time.sleep(0.1)
    faults.take_away()
    last, last_at = time.monotonic(), datetime.now(UTC).isoformat()
    load.until.at = last + size.patience  # for everything: whatever is not at its end then is stuck
    print(f"the last fault is over; {load.archived} of {size.orders} orders are at their end", flush=True)
    while not (load.is_done and again.is_through and _is_still(databases)) and not load.until.is_over:
        faults.tend()
        time.sleep(0.5)
    load.until.at = min(load.until.at, time.monotonic())
    again.stop.set()
    again.join(10)
    seen = {"passing": dict(load.seen), "settled_seconds": time.monotonic() - last, "last_fault_at": last_at}
    (folder / "seen.json").write_text(json.dumps(seen))


def _is_still(databases: Databases) -> bool:
    waiting = [("documents", PRINTING), ("notify", SENDING), *((service, STILL) for service in SERVICES)]
    return not any(databases.one(service, query) for service, query in waiting)


if __name__ == "__main__":
    sys.exit(main())
