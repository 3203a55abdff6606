"""A small run of `make chaos`, and a judge that finds what was tampered with."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deploy.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a run on the embedded engines, and what it printed."""
    folder = tmp_path_factory.mktemp("chaos")
    environment = {**os.environ, "SIZE": "try", "ENGINES": "embedded", "CHAOS_DIR": str(folder), "SEED": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return folder, done.stdout + done.stderr


def judged(folder: Path) -> tuple[int, list[str]]:
    """The judge's exit code, and the counts that are not 0."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos.check", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, [line[2:].rsplit(None, 1)[0] for line in done.stdout.splitlines() if line.startswith("! ")]


def test_nothing_is_lost_while_processes_are_killed(run: tuple[Path, str]) -> None:
    folder, said = run

    assert "NOTHING LOST, NOTHING DOUBLED" in said, said
    assert judged(folder) == (0, [])


STUCK = "orders stuck 120 s after the last fault"
TAMPERINGS = {
    "gaps in the writers' numbers": ("testing", "DELETE FROM chaos_numbers WHERE number = '3/I/2027'"),
    "writers' numbers never taken": ("testing", "DELETE FROM chaos_numbers WHERE number = '3/I/2027'"),
    "writers' numbers given twice": (
        "testing",
        "UPDATE chaos_numbers SET number = '4/I/2027' WHERE number = '3/I/2027'",
    ),
    "writers' numbers told and not kept": (
        "testing",
        "UPDATE chaos_numbers SET number = '999/I/2027' WHERE number = '3/I/2027'",
    ),
    "writers' counters that disagree": (
        "testing",
        "UPDATE series_counter SET last = last + 1 WHERE code = 'chaos.number'",
    ),
    "acknowledged acts lost": ("testing", "DELETE FROM history WHERE transition = 'send_to_lab'"),
    "acknowledged numbers or facts that differ": ("documents", "UPDATE files SET sha256 = 'x' WHERE uploaded_by <> ''"),
    "acts done twice": ("testing", "UPDATE history SET transition = 'forward' WHERE transition = 'bill'"),
    STUCK: ("testing", "UPDATE test_order SET status = 'sent' WHERE number = '00001'"),
    "books that are wrong": ("billing", "UPDATE entries SET amount = amount + 1 WHERE account = 'cash'"),
    "gaps in numbers": ("testing", "UPDATE test_order SET number = '00077' WHERE number = '00002'"),
    "documents whose bytes are not those recorded": (
        "documents",
        "UPDATE files SET storage_key = 'elsewhere' || id WHERE id IN (SELECT file_id FROM documents)",
    ),
    "messages left unsent": ("notify", "UPDATE message SET status = 'queued' WHERE channel = 'email'"),
    "events never published": ("billing", "UPDATE outbox SET feed_seq = NULL"),
    "events published out of order": ("testing", "UPDATE outbox SET feed_seq = 100000 - feed_seq"),
    "events missing in svc-notify": ("notify", "DELETE FROM inbox WHERE type = 'testing.order.numbered'"),
    "events unhandled in svc-testing": (
        "testing",
        "UPDATE inbox SET status = 'pending' WHERE type = 'billing.invoice.paid'",
    ),
    "events handled out of order within an order": (
        "notify",
        "UPDATE inbox SET done_at = '2001-01-01 00:00:00' WHERE type = 'testing.order.numbered'",
    ),
    "poison that is not among the dead letters": ("notify", "DELETE FROM dead_letters"),
    "dead letters other than the poison": ("notify", "UPDATE dead_letters SET body = '{}'"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_judge_finds_what_was_tampered_with(run: tuple[Path, str], name: str) -> None:
    folder, _ = run
    service, statement = TAMPERINGS[name]
    path = folder / "var" / f"{service}.db"
    with closing(sqlite3.connect(path)) as connection:
        whole = connection.serialize()
        with connection:
            for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            assert connection.execute(statement).rowcount > 0
    try:
        code, found = judged(folder)
    finally:
        for beside in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            beside.unlink(missing_ok=True)
        path.write_bytes(whole)

    assert code == 1
    assert name in found


def test_an_order_that_came_to_its_end_too_late_was_stuck(run: tuple[Path, str]) -> None:
    folder, _ = run
    path = folder / "seen.json"
    whole = path.read_text()
    seen = json.loads(whole)
    earlier = datetime.fromisoformat(seen["last_fault_at"]) - timedelta(hours=1)
    path.write_text(json.dumps(seen | {"last_fault_at": earlier.isoformat()}))
    try:
        assert judged(folder) == (1, [STUCK])
    finally:
        path.write_text(whole)
