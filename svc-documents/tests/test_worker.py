"""Celery for real, on both brokers, and death at the worst moments."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis.db import atomic, db, now
from svc_documents.documents import rendering
from svc_documents.models import Document, File

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (
    "DATABASE_URL", "BUS_URL", "CELERY_BROKER_URL", "KEY_FILE", "TRUST_DIR", "FILES_DIR", "SEAL_FILE", "PEERS", "ENVIRONMENT",
    "LOG_LEVEL",
)  # fmt: skip


@pytest.fixture
def environment(app):
    path = os.pathsep.join(part for part in sys.path if part)
    return {**os.environ, **{name: str(app.config[name]) for name in SETTINGS}, "PYTHONPATH": path}


@pytest.fixture
def worker(environment, tmp_path):
    """`worker()` starts Celery; it is told to stop at the end, and only it, not its children."""
    started = []

    def start(**more):
        command = [sys.executable, "-m", "celery", "--app", "svc_documents.celery_app", "worker", "--concurrency=1"]
        command += ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        with (tmp_path / f"worker-{len(started)}.log").open("w") as log:
            process = subprocess.Popen(command, env={**environment, **more}, cwd=tmp_path, stdout=log, stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(environment, code, **more):
    return subprocess.run([sys.executable, "-c", code], env={**environment, **more}, capture_output=True, check=False)


def enqueue(environment, document, **more):
    code = f"""
from uuid import UUID
from svc_documents import create_app, tasks
with create_app().app_context():
    tasks.enqueue(UUID("{document.id}"))
"""
    assert run(environment, code, **more).returncode == 0


def wait_for(report, status, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        document = report.document()
        if document.status == status:
            return document
        time.sleep(0.3)
    raise AssertionError(f"{report.document().status} after {seconds} s")


def let_the_lease_run_out(app, document):
    with app.app_context(), atomic():
        past = now() - timedelta(seconds=1)
        db.session.execute(sa.update(Document).filter_by(id=document.id).values(lease_until=past))


def count(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_an_event_is_enough_for_a_worker_to_print(make_report, worker, published):
    worker()
    report = make_report()

    report.tell("approved")

    wait_for(report, "signed")
    assert published(prefix="documents.") == ["documents.document.rendered"]


@pytest.mark.real
def test_a_worker_prints_on_redis(make_report, worker, environment, redis_url):
    worker(CELERY_BROKER_URL=redis_url)
    report = make_report()
    report.tell("approved")

    enqueue(environment, report.document(), CELERY_BROKER_URL=redis_url)

    wait_for(report, "signed")


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("rendering.after_claim", "requested"),
        ("rendering.before_sign", "unsigned"),
        ("rendering.before_keep", "unsigned"),
    ],
)
def test_a_worker_killed_at_work_leaves_one_document(app, make_report, environment, published, place, status):
    report = make_report()
    report.tell("approved")
    code = f"""
from uuid import UUID
from svc_documents import create_app
from svc_documents.documents import rendering
with create_app().app_context():
    rendering.render(UUID("{report.document().id}"))
"""

    assert run(environment, code, KILL_POINT=place).returncode == 137
    assert report.document().status == status
    assert published(prefix="documents.") == []
    let_the_lease_run_out(app, report.document())
    with app.app_context():
        assert rendering.due() == [report.document().id]

    assert report.print().attempts == 2
    assert (count(app, Document), count(app, File)) == (1, 1)
    assert published(prefix="documents.") == ["documents.document.rendered"]


def test_a_task_that_kills_its_worker_does_not_loop(app, make_report, worker, environment):
    worker(KILL_POINT="rendering.after_claim")
    report = make_report()
    report.tell("approved")
    deadline = time.monotonic() + 40
    while report.document().attempts == 0 and time.monotonic() < deadline:
        time.sleep(0.3)
    time.sleep(3)  # redelivered at once; the lease makes it return without trying

    assert (report.document().status, report.document().attempts) == ("requested", 1)
