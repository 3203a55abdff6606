"""Stations on their own databases, their processes, and what is found in them afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from chassis import keys
from chassis.db import atomic, db
from chassis.events import DeadLetter, Event, Inbox, Outbox, handling, inbox
from chassis.events.relay import publish_batch
from chassis.events.transports import Transport
from tests.events.station import Effect, create_app, say

FOLDER = Path(__file__).resolve().parents[2]


@dataclass
class Station:
    app: Flask
    settings: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path, database_url: str, bus_url: str, name: str = "station") -> Station:
        settings = {
            "environment": "test",
            "database_url": database_url,
            "bus_url": bus_url,
            "key_file": str(keys.generate(f"svc-{name}", folder)),
            "trust_dir": str(folder / "public"),
            "log_level": "ERROR",
        }
        station = cls(create_app(name, **settings), settings)
        with station.app.app_context():
            db.create_all()
        return station

    def close(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def say(self, *pairs: tuple[str, int], **more: Any) -> None:
        with self.app.app_context(), atomic():
            for key, number in pairs:
                say(key, number, **more)

    def relay(self, transport: Transport, limit: int = 500) -> int:
        with self.app.app_context():
            return publish_batch(transport, limit)

    def store(self, *events: Event | bytes) -> None:
        with self.app.app_context():
            inbox.store([one if isinstance(one, bytes) else one.to_json() for one in events])

    def work(self) -> int:
        return handling.drain(self.app)

    def hurry(self) -> None:
        """Let every waiting time be over."""
        with self.app.app_context(), atomic():
            db.session.execute(sa.update(Inbox).values(next_attempt_at=None, claimed_until=None))
            db.session.execute(sa.update(Outbox).values(next_attempt_at=None))

    def rows(self, model: Any, order: Any = None) -> list[Any]:
        with self.app.app_context():
            query = sa.select(model).order_by(model.seq if order is None else order)
            found = list(db.session.scalars(query))
            db.session.expunge_all()
            return found

    @property
    def effects(self) -> list[tuple[str, int]]:
        return [(row.key, row.number) for row in self.rows(Effect, Effect.id)]

    @property
    def letters(self) -> list[DeadLetter]:
        return self.rows(DeadLetter, DeadLetter.died_at)

    def start(self, command: str, **environment: str) -> subprocess.Popen[bytes]:
        """One of the service's processes, as the launcher would start it."""
        settings = {name.upper(): value for name, value in self.settings.items()}
        name = self.app.extensions["chassis"].name
        program = [
            sys.executable,
            "-m",
            "flask",
            "--app",
            f"tests.events.station:create_app('{name}')",
            *command.split(),
        ]
        with Path(self.settings["trust_dir"]).with_name("processes.log").open("ab") as log:
            env = {**os.environ, **settings, **environment}
            self.started.append(subprocess.Popen(program, cwd=FOLDER, env=env, stdout=log, stderr=log))
        return self.started[-1]


def end(process: subprocess.Popen[bytes], seconds: float = 10) -> int:
    """SIGTERM, and the exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(seconds)
