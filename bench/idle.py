"""The whole embedded installation at rest: memory and time until it is up, against nine gunicorns started one by one."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from bench.measure import Report, cpu_seconds, memory_mb, tree
from bench.servers import Server, gunicorn
from deploy.installation import Installation
from deploy.paths import ROOT
from deploy.processes import PEERS
from deploy.running import System

NINE = [*PEERS, "gateway", "testing", "billing", "identity"]
REST = 5.0


def main(folder: Path) -> Report:
    report = Report("idle")
    with System(folder / "var"):
        pass  # keys, tables and reference data of a first start are made once
    began = time.monotonic()
    with System(folder / "var") as system:
        seconds = time.monotonic() - began
        time.sleep(REST)
        assert system.process
        pid = system.process.pid
        ours, count, used = memory_mb(pid), len(tree(pid)), cpu_seconds(pid)
        time.sleep(REST)
        resting = (cpu_seconds(pid) - used) / REST * 100
        with ExitStack() as stack:
            nine = [stack.enter_context(_gunicorn(name, system, folder)) for name in NINE]
            time.sleep(REST)
            theirs = memory_mb(*(server.pid for server in nine))
            starting = sum(server.started_in for server in nine)
    report.note(
        f"{count} processes {ours:.0f} MB (PSS), {resting:.1f} % of a core at rest; nine gunicorns {theirs:.0f} MB, {starting:.1f} s"
    )
    report.goal("idle memory / nine gunicorns", ours / theirs, 0.45, detail=f"{ours:.0f} / {theirs:.0f} MB")
    report.goal("whole installation up", seconds, 10, unit="s")
    return report


def _gunicorn(name: str, system: System, folder: Path) -> Server:
    """Same applications, same settings, each started alone and without anything shared."""
    state = system.state
    installation = Installation(system.var.resolve(), int(system.base_url.rpartition(":")[2]), state["ports"])
    settings = installation.environment_of(name)
    is_door = name == "gateway"
    configuration = ROOT / ("gateway" if is_door else "deploy") / "gunicorn.conf.py"
    application = "gateway:create_app()" if is_door else f"svc_{name}:create_app()"
    return gunicorn(
        application,
        "--config",
        str(configuration),
        ready="/healthz",
        env=settings,
        log=folder / "nine.log",
    )
