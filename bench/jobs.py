"""Printing through Celery on Redis against a bare pool of as many processes."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import redis

from bench.measure import Report, alternate
from bench.peers.printers import ours
from chassis import keys
from deploy.engines import Redis
from deploy.paths import BIN, ROOT

JOBS = int(os.environ.get("JOBS") or 60)
WORKERS = 2
DONE = "bench.done"


def main(folder: Path) -> Report:
    report = Report("jobs")
    engine = Redis(folder / "redis")
    engine.start()
    try:
        store = redis.Redis.from_url(engine.url(1))
        os.environ.update(_settings(folder, engine))
        with multiprocessing.get_context("spawn").Pool(WORKERS, _warm) as pool:
            pool.map(_print, range(WORKERS * 4))
            worker = subprocess.Popen(_worker(), cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                _send_all(store, WORKERS * 4)
                sides = {"celery": lambda: _send_all(store, JOBS), "pool": lambda: _map(pool)}
                found = alternate(sides)
            finally:
                worker.terminate()
                worker.wait(20)
    finally:
        engine.stop()
    celery, bare = found["celery"]["rate"], found["pool"]["rate"]
    report.goal(
        "Celery / bare pool, PDF per second", celery / bare, 0.75, at_least=True, detail=f"{celery:.1f} / {bare:.1f}"
    )
    return report


def _settings(folder: Path, engine: Redis) -> dict[str, str]:
    keys.generate("svc-documents", folder / "keys")
    return {
        "ENVIRONMENT": "demo",
        "DATABASE_URL": f"sqlite:///{folder}/documents.db",
        "BUS_URL": f"sqlite:///{folder}/bus.db",
        "CELERY_BROKER_URL": engine.url(),
        "FILES_DIR": str(folder / "files"),
        "KEY_FILE": str(folder / "keys" / "svc-documents.json"),
        "TRUST_DIR": str(folder / "keys" / "public"),
        "ANCHOR_DIR": str(folder / "anchors"),
        "LOG_LEVEL": "WARNING",
        "BENCH_REDIS": engine.url(1),
    }


def _worker() -> list[str]:
    options = ["--concurrency", str(WORKERS), "--without-gossip", "--without-mingle", "--hostname", "bench@localhost"]
    return [str(BIN / "celery"), "--quiet", "--app", "bench.peers.celery_printing", "worker", *options]


def _send_all(store: redis.Redis, count: int) -> dict[str, float]:
    from bench.peers.celery_printing import print_one

    store.set(DONE, 0)
    began = time.perf_counter()
    for _ in range(count):
        print_one.delay()
    while int(cast(bytes, store.get(DONE))) < count:
        time.sleep(0.005)
        if time.perf_counter() - began > 120:
            raise RuntimeError("Celery does not get on")
    return {"rate": count / (time.perf_counter() - began)}


@cache
def _warm() -> Callable[[], bytes]:
    return ours()


def _print(_: int) -> int:
    return len(_warm()())


def _map(pool: Any) -> dict[str, float]:
    began = time.perf_counter()
    pool.map(_print, range(JOBS), chunksize=1)
    return {"rate": JOBS / (time.perf_counter() - began)}
