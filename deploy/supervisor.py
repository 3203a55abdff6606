"""Starts processes, keeps their logs, starts again what dies, stops everything."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from deploy.loglines import Screen
from deploy.nursery import Forked, Nursery

TETHER = Path(__file__).with_name("tether.py")
GRACE = 10.0
LONGEST_WAIT = 30.0
HEALTHY_AFTER = 20.0
LOG_LIMIT = 20_000_000


class Stopped(Exception):
    """Somebody asked to stop while something was being waited for."""


class Failed(Exception):
    """A process could not do its part; the text says which and shows its last words."""


@dataclass
class Child:
    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    is_warm: bool
    process: subprocess.Popen[bytes] | Forked
    started_at: float
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=30))
    follower: threading.Thread | None = None
    restarts: int = 0
    due_at: float = 0.0


class Supervisor:
    """Everything happens in the thread that made it: the kernel ties children to the thread that started them."""

    def __init__(
        self, logs: Path, screen: Screen, nursery: Nursery, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.children: dict[str, Child] = {}
        self._nursery = nursery
        self._logs = logs
        self._held = logs.parent / "held"
        self._screen = screen
        self._changed = changed
        self._signals = 0
        logs.mkdir(parents=True, exist_ok=True)

    def listen(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal end it politely; a second Ctrl-C kills."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)

    def _note_signal(self, number: int, frame: object) -> None:
        self._signals += 1

    def pause(self, seconds: float) -> None:
        if self._signals:
            raise Stopped
        time.sleep(seconds)

    def start(self, name: str, command: Iterable[str], environment: dict[str, str], *, is_warm: bool = True) -> Child:
        """A warm one is `python -m …` and forked from the warm parent; any other is started by itself."""
        command = tuple(command)
        is_warm = is_warm and sys.platform == "linux"
        process = self._spawn(name, command, environment, is_warm=is_warm)
        child = Child(name, command, environment, is_warm, process, time.monotonic())
        self.children[name] = child
        self._follow(child)
        self._changed()
        return child

    def run_chains(self, chains: dict[str, list[tuple[tuple[str, ...], dict[str, str]]]], at_once: int = 2) -> None:
        """Runs each list of commands one after the other, `at_once` lists at the same time. Raises Failed."""
        waiting = {name: list(commands) for name, commands in chains.items()}
        running: dict[str, Child] = {}
        while waiting or running:
            idle = [name for name in waiting if name not in running]
            for name in idle[: at_once - len(running)]:
                command, environment = waiting[name].pop(0)
                if not waiting[name]:
                    del waiting[name]
                running[name] = self.start(name, command, environment)
            self.pause(0.02)
            self._collect(running)

    def _collect(self, running: dict[str, Child]) -> None:
        for name, child in list(running.items()):
            if child.process.poll() is not None:
                del running[name], self.children[name]
                if child.process.returncode:
                    raise Failed(self.describe(child))

    def describe(self, child: Child) -> str:
        if child.follower:
            child.follower.join(1)
        words = "\n".join(child.last_words)
        return f"{child.name} ended with {child.process.returncode} ({' '.join(child.command[-4:])})\n{words}"

    def mend(self) -> None:
        """Starts again what died: after half a second, then ever longer; not while a file of its name lies in `held`."""
        for child in self.children.values():
            if child.process.poll() is None or (self._held / child.name).exists():
                continue
            now = time.monotonic()
            if not child.due_at:
                self._plan_restart(child, now)
            elif now >= child.due_at:
                self._restart(child, now)

    def _plan_restart(self, child: Child, now: float) -> None:
        lived = now - child.started_at
        child.restarts = 1 if lived > HEALTHY_AFTER else child.restarts + 1
        wait = min(0.5 * 2 ** (child.restarts - 1), LONGEST_WAIT)
        child.due_at = now + wait
        kill_group(child.process.pid)
        self._screen.say(f"{child.name} ended with {child.process.returncode} after {lived:.0f} s, again in {wait:g} s")

    def _restart(self, child: Child, now: float) -> None:
        bury_group(child.process.pid)
        try:
            child.process = self._spawn(child.name, child.command, child.environment, is_warm=child.is_warm)
        except OSError as failure:
            child.due_at = now + LONGEST_WAIT
            self._screen.say(f"{child.name} could not be started, again in {LONGEST_WAIT:g} s: {failure}")
            return
        child.started_at, child.due_at = now, 0.0
        self._follow(child)
        self._changed()

    def stop(self) -> None:
        """SIGTERM to the parents only; after ten seconds, or at a second Ctrl-C, SIGKILL to all that is left."""
        asked = self._signals
        alive = [child for child in self.children.values() if child.process.poll() is None]
        for child in reversed(alive):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.process.pid, signal.SIGTERM)
        until = time.monotonic() + GRACE
        while any(child.process.poll() is None for child in alive):
            if time.monotonic() > until or self._signals > max(asked, 1):
                late = [child.name for child in alive if child.process.poll() is None]
                self._screen.say(f"killing {', '.join(late)}")
                break
            time.sleep(0.02)
        for child in self.children.values():
            kill_group(child.process.pid)
            child.process.wait()
            bury_group(child.process.pid)
        self.children.clear()
        self._nursery.close()

    def _spawn(
        self, name: str, command: tuple[str, ...], environment: dict[str, str], *, is_warm: bool
    ) -> subprocess.Popen[bytes] | Forked:
        if is_warm:
            return self._nursery.spawn(name, command, environment)
        # A session of its own: Ctrl-C in a terminal reaches the launcher only, not the children of Celery and gunicorn.
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _follow(self, child: Child) -> None:
        assert child.process.stdout
        log = self._logs / f"{child.name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        arguments = (child, child.process.stdout, log.open("ab", buffering=0))
        child.follower = threading.Thread(target=self._copy, args=arguments, name=f"log {child.name}", daemon=True)
        child.follower.start()

    def _copy(self, child: Child, source: IO[bytes], log: IO[bytes]) -> None:
        with source, log:
            for line in source:
                log.write(line)
                text = line.decode("utf-8", "replace").rstrip()
                child.last_words.append(text)
                self._screen.show(child.name, text)


def kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def bury_group(pid: int) -> None:
    """Orphans of a process that was forked for us are ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-pid, os.WNOHANG)[0]:
            pass
