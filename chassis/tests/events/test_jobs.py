"""Tasks survive the death of their worker, on both brokers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import g
from kombu import Connection

from chassis import lite_transport
from tests.events.carriers import eventually
from tests.events.conftest import address
from tests.events.jobbing import note
from tests.events.stations import FOLDER

OPTIONS = ["--pool=prefork", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "error"]


@pytest.fixture(params=["lite", pytest.param("redis", marks=pytest.mark.real)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "lite":
        yield f"lite:///{tmp_path}/jobs.db"
        return
    url = address("Redis").rsplit("/", 1)[0] + "/9"
    with redis.Redis.from_url(url) as store:
        store.flushdb()
        yield url
        store.flushdb()


class Workers:
    """Celery as the launcher starts it."""

    def __init__(self, broker: str, notes: Path) -> None:
        self._environment = {"CELERY_BROKER_URL": broker, "NOTES": str(notes), "VISIBILITY": "2"}
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "celery", "-A", "tests.events.jobbing:app", "worker", *OPTIONS]
        with open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen(
                program, cwd=FOLDER, env={**os.environ, **self._environment}, stdout=nowhere, start_new_session=True
            )
        self.started.append(process)
        return process

    def ask(self, *arguments: str) -> None:
        """Enqueue from a process of its own, as the web does."""
        program = [sys.executable, "-m", "tests.events.jobbing", *arguments]
        subprocess.run(program, cwd=FOLDER, env={**os.environ, **self._environment}, check=True, timeout=30)


@pytest.fixture
def workers(broker: str, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(broker, tmp_path / "notes")
    yield made
    for process in made.started:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """The worker and its children at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def notes(tmp_path: Path) -> list[str]:
    path = tmp_path / "notes"
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.slow
def test_tasks_run_with_the_request_id_of_who_asked(workers: Workers, tmp_path: Path) -> None:
    workers.ask("1", "2", "3")
    worker = workers.start()

    eventually(lambda: len(notes(tmp_path)) >= 3, 40)

    assert sorted(notes(tmp_path)) == ["done 1 request-1", "done 2 request-2", "done 3 request-3"]
    worker.terminate()
    assert worker.wait(10) == 0


@pytest.mark.slow
def test_a_task_whose_worker_was_killed_runs_again(workers: Workers, tmp_path: Path) -> None:
    workers.ask("slow", "1")
    first = workers.start()
    eventually(lambda: "began slow request-slow" in notes(tmp_path), 40)
    kill(first)
    assert "done slow request-slow" not in notes(tmp_path)

    workers.start()

    eventually(lambda: {"done slow request-slow", "done 1 request-1"} <= set(notes(tmp_path)), 60)


@pytest.mark.slow
def test_a_task_whose_own_process_was_killed_runs_again(workers: Workers, tmp_path: Path) -> None:
    workers.ask("suicidal")
    workers.start()

    eventually(lambda: "done suicidal request-suicidal" in notes(tmp_path), 60)

    assert notes(tmp_path).count("began suicidal request-suicidal") == 2


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Connection]:
    with Connection(f"lite:///{tmp_path}/jobs.db", transport_options={"visibility_timeout": 0.2}) as connection:
        yield connection


def test_a_leased_task_is_nobody_elses_until_its_lease_ends_and_gone_when_acknowledged(
    jobs: Connection, tmp_path: Path
) -> None:
    with Connection(f"lite:///{tmp_path}/jobs.db", transport_options={"visibility_timeout": 0.2}) as other:
        mine, theirs = jobs.SimpleQueue("q"), other.SimpleQueue("q")
        mine.put({"id": 1})
        given = mine.get(timeout=2)
        with pytest.raises(theirs.Empty):
            theirs.get(block=False)

        again = theirs.get(timeout=5)  # nobody renewed the lease

        assert again.payload == given.payload == {"id": 1}
        again.ack()
        assert theirs.qsize() == 0
        mine.close()
        theirs.close()


def test_a_rejected_task_comes_back_or_goes_as_asked(jobs: Connection) -> None:
    queue = jobs.SimpleQueue("q")
    queue.put({"id": 1})

    queue.get(timeout=2).requeue()
    back = queue.get(timeout=2)
    back.reject()

    assert back.payload == {"id": 1}
    assert queue.qsize() == 0
    queue.close()


def test_tasks_outlive_whoever_enqueued_them(jobs: Connection, tmp_path: Path) -> None:
    queue = jobs.SimpleQueue("q")
    for number in range(3):
        queue.put({"id": number})
    queue.close()
    jobs.release()

    with Connection(f"lite:///{tmp_path}/jobs.db") as later:
        again = later.SimpleQueue("q")
        assert [again.get(timeout=2).payload["id"] for _ in range(3)] == [0, 1, 2]
        again.close()


def test_a_task_called_directly_runs_in_the_callers_context() -> None:
    with note.app.flask.app_context():
        g.request_id = "mine"
        assert note("direct") == "direct mine"
    assert lite_transport.LEASE_SECONDS < 120
