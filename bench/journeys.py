"""Whole orders, from the draft to the archive, through all desks: per second, with one and with two web workers."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import psycopg

from bench.measure import IS_RELEASE, Report, cpu_seconds
from deploy.client import Person
from deploy.engines import Engines
from deploy.processes import PEERS
from deploy.running import System
from deploy.walk import PASSWORD, Walk

ORDERS = int(os.environ.get("ORDERS") or (60 if IS_RELEASE else 8))
WORKERS = tuple(int(number) for number in (os.environ.get("WORKERS") or "1,2").split(","))
CLIENTS = 4
SETTINGS: dict[str, Any] = {"LIMIT_API": "600000/minute", "LIMIT_LOGIN": "100000/15 minutes", "LOG_LEVEL": "WARNING"}
SAMPLE = {
    "sample_type": "Air limbah domestik",
    "code_location": "Outlet",
    "standard": "P.68/2016",
    "parameters": ["pH"],
}


def main(folder: Path) -> Report:
    report = Report("journeys")
    rates = {}
    for workers in WORKERS:
        place = folder / str(workers)
        place.mkdir()
        place.chmod(0o755)
        with Engines(place / "engines") as engines:
            addresses = engines.addresses(PEERS)
            system = System(place / "var", engines="real", addresses=addresses, WEB_WORKERS=str(workers), **SETTINGS)
            with system:
                rates[workers] = _measure(system, engines, workers, report)
    if len(WORKERS) == 2:
        report.goal("journeys per second, two web workers / one", rates[2] / rates[1], 1.0, at_least=True)
    return report


class Waits:
    """What the sessions of PostgreSQL wait for, looked at often: a lock that many wait for would show."""

    LOOK = (
        "SELECT coalesce(wait_event_type || ':' || wait_event, 'running') FROM pg_stat_activity"
        " WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )

    def __init__(self, url: str) -> None:
        self.seen: Counter[str] = Counter()
        self.looks = 0
        self._url, self._over = url, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Waits:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._over.wait(0.02):
                self.looks += 1
                self.seen.update(name for (name,) in connection.execute(self.LOOK))

    def __str__(self) -> str:
        found = ", ".join(f"{name} {times}" for name, times in self.seen.most_common(8))
        return f"PostgreSQL at {self.looks} looks: {found}"


def _measure(system: System, engines: Engines, workers: int, report: Report) -> float:
    staff: dict[str, Person] = {}
    _walk(system, staff)  # signs everybody in, warms everything
    names = [*system.names(), "postgresql", "rabbitmq", "redis"]
    pids = {name: system.pid_of(name) for name in system.names()}
    pids |= {engine.name: engine._process.pid for engine in engines.all if engine._process}
    before = {name: cpu_seconds(pids[name]) for name in names}
    began = time.monotonic()
    left: SimpleQueue[int] = SimpleQueue()
    for number in range(ORDERS):
        left.put(number)
    failures: list[Exception] = []
    threads = [threading.Thread(target=_work, args=(system, left, failures)) for _ in range(CLIENTS)]
    with Waits(engines.postgresql.url("postgres")) as waits:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
    seconds = time.monotonic() - began
    used = {name: cpu_seconds(pids[name]) - before[name] for name in names}
    total = sum(used.values())
    rate, busy = ORDERS / seconds, total / seconds
    report.note(
        f"{workers} web worker(s): {rate:.2f} journeys per second, {total / ORDERS:.2f} s CPU each, {busy:.2f} cores busy"
    )
    report.note(f"  {waits}")
    heaviest = sorted(used.items(), key=lambda item: -item[1])[:6]
    report.note("  " + ", ".join(f"{name} {share / total:.0%}" for name, share in heaviest))
    return rate


def _work(system: System, left: SimpleQueue[int], failures: list[Exception]) -> None:
    staff: dict[str, Person] = {}
    try:
        while True:
            left.get_nowait()
            _walk(system, staff)
    except Empty:
        return
    except Exception as failure:
        failures.append(failure)


def _walk(system: System, staff: dict[str, Person]) -> None:
    customer = staff.get("pelanggan") or staff.setdefault("pelanggan", Person(system.base_url, "pelanggan", PASSWORD))
    walk = Walk(system.base_url, customer, lambda *told: None, staff=staff, patience=60)
    walk.draft([SAMPLE])
    walk.to("archived")
