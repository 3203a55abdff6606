"""Taken while people work, everything destroyed, restored elsewhere: the same, and the work goes on (quality R11)."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from contextlib import ExitStack, suppress

import psycopg
import pytest

from deploy.client import Person, WrongAnswer
from deploy.engines import Engines
from deploy.paths import PYTHON, ROOT
from deploy.processes import PEERS
from deploy.running import System
from deploy.smoke import SAMPLES
from deploy.walk import PASSWORD, Walk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def keep_quiet(step, actor, seconds):
    pass


class Load(threading.Thread):
    """A customer who orders and a clerk who forwards, until told to stop."""

    def __init__(self, base):
        super().__init__(daemon=True)
        self.base, self.orders, self.stopped, self.failures = base, [], threading.Event(), []

    def run(self):
        customer = Person(self.base, "pelanggan", PASSWORD)
        staff = {}
        while not self.stopped.is_set():
            walk = Walk(self.base, customer, keep_quiet, staff=staff)
            try:
                walk.draft(SAMPLES)
                walk.to("invoiced")
            except (WrongAnswer, OSError) as failure:
                self.failures.append(failure)
                return
            self.orders.append(walk.order_id)


def backup(act, *folder, **environment):
    command = [PYTHON, "-m", "deploy.backup", act, *folder]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300
    )


def query(address, statement):
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(address) as connection:
        return connection.execute(statement).fetchall()


def patterns_of(service):
    """What a service listens to, said by its own code."""
    script = f"""
import json
from chassis.events.subscriptions import collect
from svc_{service} import consumers
print(json.dumps(sorted({{one.pattern for one in collect([consumers])}})))
"""
    path = os.pathsep.join(str(ROOT / name) for name in ("chassis", f"svc-{service}"))
    done = subprocess.run(
        [PYTHON, "-c", script], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


LISTENERS = [service for service in PEERS if (ROOT / f"svc-{service}/svc_{service}/consumers.py").exists()]


def said(addresses, service, *, published):
    """Ids of a service's events and their types."""
    where = "WHERE published_at IS NOT NULL" if published else ""
    rows = query(addresses[service], f"SELECT event_id, type FROM outbox {where}")
    return {str(event).replace("-", ""): kind for event, kind in rows}


def heard(addresses, service):
    return {
        str(event).replace("-", ""): source
        for event, source in query(addresses[service], "SELECT event_id, source FROM inbox")
    }


def effects_without_cause(addresses):
    """Events somebody heard that nobody said."""
    outboxes = {f"/svc-{service}": said(addresses, service, published=False) for service in PEERS}
    return [
        (service, event)
        for service in LISTENERS
        for event, source in heard(addresses, service).items()
        if event not in outboxes[source]
    ]


def missing(addresses, patterns):
    """Events somebody said that a listener has not heard."""
    from chassis.events.subscriptions import fits

    everything = {event: kind for service in PEERS for event, kind in said(addresses, service, published=True).items()}
    return [
        (service, kind)
        for service in LISTENERS
        for event, kind in everything.items()
        if event not in heard(addresses, service) and any(fits(pattern, kind) for pattern in patterns[service])
    ]


def unfinished(addresses):
    waiting = {"outbox": "published_at IS NULL", "inbox": "status = 'pending'"}
    return sum(
        query(addresses[name], f"SELECT count(*) FROM {table} WHERE {left}")[0][0]
        for name in PEERS
        for table, left in waiting.items()
    )


def wait_for(condition, seconds=90):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.3)


def destroy(system):
    """A power cut, and then the disk."""
    for name in system.names():
        with suppress(ProcessLookupError):
            os.killpg(system.pid_of(name), signal.SIGKILL)
    system.process.kill()
    system.process.wait()


class Embedded:
    kind = "embedded"

    def __init__(self, folder, stack):
        self.var = folder / "var"
        self.system = System(self.var)

    @property
    def addresses(self):
        return {service: f"sqlite:///{self.var}/{service}.db" for service in PEERS}

    def settings(self):
        return {"ZC_VAR": str(self.var)}

    def destroy(self):
        destroy(self.system)
        shutil.rmtree(self.var)


class Real:
    """PostgreSQL, RabbitMQ and Redis of its own; what was in the broker goes with the rest."""

    kind = "postgresql"

    def __init__(self, folder, stack):
        self.var = folder / "var"
        stack.callback(self._stop)
        self._start()

    def _stop(self):
        self._engines.__exit__()

    def _start(self):
        self._engines = Engines().__enter__()
        self._found = self._engines.addresses(PEERS)
        self.system = System(self.var, engines="real", addresses=self._found)

    @property
    def addresses(self):
        return {service: self._found["database"].replace("{service}", service) for service in PEERS}

    def settings(self):
        return {"ZC_VAR": str(self.var), "DATABASE": self._found["database"]}

    def destroy(self):
        destroy(self.system)
        for engine in self._engines.all:
            engine.kill()
        self._engines.__exit__()
        shutil.rmtree(self.var)
        self._start()


@pytest.mark.parametrize("kind", [Embedded, pytest.param(Real, marks=pytest.mark.real)], ids=lambda kind: kind.kind)
def test_a_backup_under_load_restores_to_the_same_and_work_goes_on(kind, tmp_path, request):
    if kind is Real:
        request.getfixturevalue("postgresql_url")
    with ExitStack() as stack:
        place = kind(tmp_path, stack)
        sealed = {"KEY": str(tmp_path / "key")}
        run_load_and_back_up(place, tmp_path, sealed)

        restored = backup("restore", tmp_path / "backup-2", **place.settings(), **sealed)
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert "all is as it was" in restored.stdout
        assert "OTHER" not in restored.stdout
        assert effects_without_cause(place.addresses) == []

        refused = backup("restore", tmp_path / "backup-2", **place.settings(), **sealed)
        assert (refused.returncode, refused.stderr.startswith("not empty")) == (1, True)

        change(place.addresses["billing"], "UPDATE outbox SET attempts = attempts + 1")
        changed = backup("compare", tmp_path / "backup-2", **place.settings(), **sealed)
        assert changed.returncode == 1
        assert "OTHER  billing.outbox" in changed.stdout
        change(place.addresses["billing"], "UPDATE outbox SET attempts = attempts - 1")

        nobody_is_signed_in_any_more(place)
        work_goes_on(place)


def nobody_is_signed_in_any_more(place):
    still_open = "SELECT count(*) FROM sessions WHERE ended_at IS NULL"
    assert query(place.addresses["identity"], still_open)[0][0] > 0

    ended = backup("end-sessions", **place.settings())

    assert (ended.returncode, ended.stdout.startswith("ended: ")) == (0, True), ended.stdout + ended.stderr
    assert query(place.addresses["identity"], still_open) == [(0,)]


def change(address, statement):
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            connection.execute(statement)
    else:
        with psycopg.connect(address) as connection:
            connection.execute(statement)


def run_load_and_back_up(place, tmp_path, sealed):
    """Two backups one after the other while two people work and billing hears nothing; then everything is destroyed."""
    deaf = "billing.worker" if place.kind == "embedded" else "billing.consume"
    with place.system as system:
        loads = [Load(system.base_url) for _ in range(2)]
        for load in loads:
            load.start()
        wait_for(lambda: all(load.orders or load.failures for load in loads))
        with system.without(deaf):
            wait_for(lambda: sum(len(load.orders) for load in loads) > 4 or any(load.failures for load in loads))
            for number in (1, 2):
                taken = backup("take", tmp_path / f"backup-{number}", **place.settings(), **sealed)
                assert taken.returncode == 0, taken.stdout + taken.stderr
            for load in loads:
                load.stopped.set()
                load.join(60)
            assert [load.failures for load in loads] == [[], []], "nobody noticed the backup"
        place.destroy()


def work_goes_on(place):
    patterns = {service: patterns_of(service) for service in LISTENERS}
    assert missing(place.addresses, patterns), "something was on its way when the backup was taken"
    with place.system as system:
        wait_for(lambda: unfinished(place.addresses) == 0)
        assert missing(place.addresses, patterns) == []
        assert not (place.var / "restored.json").exists()
        billed = query(place.addresses["billing"], "SELECT order_id FROM invoices")
        forwarded = query(
            place.addresses["testing"], "SELECT id FROM test_order WHERE status <> 'drafted' AND status <> 'submitted'"
        )
        names = [{str(row[0]).replace("-", "") for row in rows} for rows in (billed, forwarded)]
        assert names[0] == names[1], "one invoice for each forwarded order, also for those whose event was on its way"
        assert len(billed) == len(names[0])

        walk = Walk(system.base_url, Person(system.base_url, "pelanggan", PASSWORD), keep_quiet)
        walk.draft(SAMPLES)
        walk.to("billed")
        numbers = query(place.addresses["testing"], "SELECT pre_number FROM test_order")
        assert len(set(numbers)) == len(numbers)
