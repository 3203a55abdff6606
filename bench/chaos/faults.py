"""What goes wrong: processes die, engines lose their power, processes die at named places."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from bench.chaos.sizes import Size
from bench.chaos.standby import Standby
from deploy.engines import Engine, Engines
from deploy.running import System

POINTS = (
    "web.before_commit",
    "web.before_answer",
    "relay.before_publish",
    "relay.after_publish",
    "consume.before_acknowledge",
    "handler.before_commit",
    "rendering.after_claim",
    "rendering.before_keep",
)
RESTARTED = ("postgresql", "rabbitmq", "redis")
LAID_WITHIN = 0.8  # kill points wait for somebody to pass; the last fault must not wait long


class Faults:
    def __init__(
        self, system: System, second: Standby, engines: Engines | None, size: Size, folder: Path, *, seed: int
    ) -> None:
        self.system, self.second, self.engines, self.size = system, second, engines, size
        self.points = folder / "kill-points"
        self.points.mkdir(parents=True, exist_ok=True)
        self.journal = second.journal
        self._random = random.Random(seed)
        self._waiting: list[str] = []
        self._laid: set[str] = set()

    def run(self, has_begun: Callable[[float], bool]) -> None:
        """In a random order, spread evenly over the time, and never ahead of the load: the last comes when all orders are on their way."""
        plan, began = self._plan(), time.monotonic()
        for number, (act, name) in enumerate(plan, start=1):
            due = began + (number - self._random.random()) * self.size.seconds / len(plan)
            while time.monotonic() < due or not has_begun(number / len(plan)):
                self.tend()
                time.sleep(0.05)
            if act == "kill":
                self._kill(name)
            elif act == "lay":
                self._waiting.append(name)
            else:
                assert self.engines
                self._restart(getattr(self.engines, name))

    def _plan(self) -> list[tuple[str, str]]:
        plan = [("kill", kind) for kind in self._kinds()] + [("restart", name) for name in self._engines()]
        placed = [(self._random.random(), fault) for fault in plan]
        points = [name for name in POINTS for _ in range(self.size.kill_points)]
        placed += [(self._random.random() * LAID_WITHIN, ("lay", name)) for name in points]
        return [fault for _, fault in sorted(placed)]

    def tend(self) -> None:
        """Note the kill points that were hit; lay the next, one of a name at a time; start second relays again."""
        self.second.tend()
        for name in [name for name in self._laid if not (self.points / name).exists()]:
            self._laid.remove(name)
            self.journal.write("point", name=name)
        for name in set(self._waiting) - self._laid:
            (self.points / name).touch()
            self._laid.add(name)
            self._waiting.remove(name)

    @property
    def is_through(self) -> bool:
        return not self._waiting and not self._laid

    def take_away(self) -> None:
        """Nobody dies from now on."""
        for name in self._laid:
            (self.points / name).unlink(missing_ok=True)
        for name in [*self._laid, *self._waiting]:
            self.journal.write("missed", name=name)

    def _kinds(self) -> list[str]:
        kinds = sorted({name if name.startswith("gateway") else name.split(".")[1] for name in self.system.names()})
        return [kinds[number % len(kinds)] for number in range(self.size.kills)]

    def _engines(self) -> list[str]:
        return [RESTARTED[n % len(RESTARTED)] for n in range(self.size.restarts)] if self.engines else []

    def _kill(self, kind: str) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            pids = {name: self.system.pid_of(name) for name in self.system.names()} | self.second.pids()
            fitting = [name for name in pids if name == kind or (name.split(".")[1] == kind and "gateway" not in name)]
            name = self._random.choice(fitting)
            with contextlib.suppress(ProcessLookupError):  # it ended just now: another one then
                if _lives(pids[name]):
                    os.killpg(pids[name], signal.SIGKILL)
                    self.journal.write("kill", kind=kind, name=name, pid=pids[name])
                    return
            time.sleep(0.2)
        raise RuntimeError(f"nothing of the kind {kind} came back within 30 s")

    def _restart(self, engine: Engine) -> None:
        engine.kill()
        self.journal.write("restart", name=engine.name)
        time.sleep(self._random.uniform(0.2, 2.0))
        for _ in range(5):
            with contextlib.suppress(RuntimeError):  # children of the killed server are still leaving
                engine.start()
                return
            time.sleep(1)
        engine.start()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
