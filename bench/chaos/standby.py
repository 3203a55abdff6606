"""Second relays: one beside the launcher's own of every service, so that two are there at any time (R2)."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from bench.chaos.journal import Journal
from deploy.engines import _tied
from deploy.installation import Installation
from deploy.paths import ROOT
from deploy.processes import BEHIND, PEERS, flask
from deploy.running import System

AGAIN_AFTER = 1.0


class Standby:
    """The same command with the same settings; with the embedded engines the relay is part of `worker`."""

    def __init__(self, system: System, kind: str, folder: Path, settings: dict[str, str], journal: Journal) -> None:
        state = system.state
        self.role = BEHIND[kind][0]
        self._installation = Installation(system.var.resolve(), 0, state["ports"], state["engines"], settings)
        self._folder, self.journal = folder / "standby", journal
        self._folder.mkdir(exist_ok=True)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._due: dict[str, float] = {}

    def __enter__(self) -> "Standby":
        for service in PEERS:
            self._start(service)
        return self

    def __exit__(self, *failure: object) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            _kill(process)

    def pids(self) -> dict[str, int]:
        """Those that live, by `<service>.<role>.second`."""
        alive = {service: process for service, process in self._processes.items() if process.poll() is None}
        return {f"{service}.{self.role}.second": process.pid for service, process in alive.items()}

    def tend(self) -> None:
        """Start again what died."""
        for service, process in self._processes.items():
            if process.poll() is not None:
                due = self._due.setdefault(service, time.monotonic() + AGAIN_AFTER)
                if time.monotonic() >= due:
                    del self._due[service]
                    self._start(service)

    def _start(self, service: str) -> None:
        with (self._folder / f"{service}.log").open("ab") as log:
            self._processes[service] = subprocess.Popen(
                [*_tied(), *flask(service, self.role)],
                env={**os.environ, **self._installation.environment_of(service), "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.journal.write("second", name=f"{service}.{self.role}")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
