"""Many processes take numbers at once, across the turn of a year, and die at it (R3). They run before the load begins.

`python -m bench.chaos.writers FOLDER` with the settings of svc-testing: its database, its tables, a series of our own.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench.chaos.journal import Journal
from bench.chaos.sizes import Size
from chassis import numbering
from chassis.db import atomic, db
from deploy.installation import Installation
from deploy.paths import ROOT
from deploy.running import System

CODE = "chaos.number"
MIDNIGHT = datetime(2026, 12, 31, 17, tzinfo=UTC)  # where the office is
TABLE = "CREATE TABLE chaos_numbers (writer INT, serial INT, number VARCHAR(40), PRIMARY KEY (writer, serial))"
INSERT = sa.text("INSERT INTO chaos_numbers VALUES (:writer, :serial, :number)")
COUNT = sa.text("SELECT count(*) FROM chaos_numbers WHERE writer = :writer")
TRY_AGAIN = (sa.exc.OperationalError, sa.exc.TimeoutError)


def take_numbers(system: System, folder: Path) -> None:
    """Returns when all are taken; what each writer was told is in its journal, what it wrote in `chaos_numbers`."""
    state = system.state
    testing = Installation(system.var.resolve(), 0, state["ports"], state["engines"]).environment_of("testing")
    environment = {**os.environ, **testing, "LOG_LEVEL": "ERROR"}
    subprocess.run([sys.executable, "-m", "bench.chaos.writers", str(folder)], cwd=ROOT, env=environment, check=True)


class Crew:
    def __init__(self, app: Flask, size: Size, folder: Path, seed: int) -> None:
        self.app, self.size, self.folder = app, size, folder
        self.journal = Journal(folder / "writers.jsonl")
        self._random = random.Random(seed)
        self._told, self._tell = os.pipe()
        self._writers: dict[int, int] = {}

    def run(self) -> None:
        """Kills are spread evenly over the numbers."""
        total, taken = self.size.numbers, 0
        due = sorted(self._random.randrange(total * 9 // 10) for _ in range(self.size.writer_kills))
        for writer in range(self.size.writers):
            self._fork(writer)
        while self._writers:
            if select.select([self._told], [], [], 0.05)[0]:
                taken += len(os.read(self._told, 4096))
            self._bury()
            if due and taken >= due[0] and self._writers:
                due.pop(0)
                self._kill(self._random.choice(list(self._writers)))

    def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.journal.write("kill", writer=self._writers[pid])
        self._bury(pid)

    def _bury(self, pid: int = -1) -> None:
        """Whoever died starts again; whoever is done is gone."""
        while self._writers:
            pid, status = os.waitpid(pid, 0 if pid > 0 else os.WNOHANG)
            if not pid:
                return
            writer = self._writers.pop(pid)
            if status:
                self._fork(writer)
            pid = -1

    def _fork(self, writer: int) -> None:
        pid = os.fork()
        if pid:
            self._writers[pid] = writer
            return
        code = 1
        try:
            self._write(writer)
            code = 0
        finally:
            os._exit(code)

    def _write(self, writer: int) -> None:
        share, rest = divmod(self.size.numbers, self.size.writers)
        share += writer < rest
        journal = Journal(self.folder / f"writer-{writer}.jsonl")
        with self.app.app_context():
            serial = int(db.session.execute(COUNT, {"writer": writer}).scalar_one())
            while serial < share:
                try:
                    number = _take(writer, serial, MIDNIGHT + timedelta(seconds=serial - share // 2))
                except TRY_AGAIN:
                    continue
                journal.write("number", serial=serial, number=number)
                os.write(self._tell, b".")
                serial += 1


@atomic
def _take(writer: int, serial: int, at: datetime) -> str:
    number = numbering.issue(CODE, at)
    db.session.execute(INSERT, {"writer": writer, "serial": serial, "number": number})
    return number


def main(folder: Path) -> None:
    from svc_testing import create_app

    run = json.loads((folder / "run.json").read_text())
    app = create_app()
    with app.app_context():
        with atomic():
            numbering.define(CODE, "{n}/{roman}/{year}", resets_yearly=True)
            db.session.execute(sa.text(TABLE))
        db.session.remove()
        db.engine.dispose()
    Crew(app, Size(**run["size"]), folder, run["seed"]).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
