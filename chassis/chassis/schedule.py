"""Work that falls due: functions that look into the database every few seconds, run by one leader per service."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, TypeVar

import structlog
from flask import Flask, g

from chassis import anchors, spans
from chassis.db import db
from chassis.events import inbox
from chassis.events.leader import Leader
from chassis.telemetry import begin_work

F = TypeVar("F", bound=Callable[[], Any])

log = structlog.get_logger("schedule")


@dataclass(frozen=True)
class Task:
    seconds: float
    run: Callable[[], Any]

    @property
    def name(self) -> str:
        return f"{self.run.__module__}.{self.run.__name__}"


def every(*, seconds: float) -> Callable[[F], F]:
    """Call this function every `seconds`, in one process at a time. It may be called twice for the same due thing."""

    def mark(function: F) -> F:
        function.__dict__["task"] = Task(seconds, function)
        return function

    return mark


def collect(modules: Iterable[ModuleType]) -> list[Task]:
    """The tasks declared in these modules, each once."""
    named = (value for module in modules for value in vars(module).values())
    functions = {id(value): value for value in named if isinstance(value, FunctionType)}
    return [task for function in functions.values() if isinstance(task := getattr(function, "task", None), Task)]


def run(app: Flask, stop: threading.Event) -> None:
    """Run what is due until told to stop; while another scheduler leads, stand by."""
    tasks = [
        *collect(app.extensions["chassis"].schedules),
        Task(3600, inbox.prune),
        Task(anchors.EVERY, anchors.anchor_when_wanted),
    ]
    due = dict.fromkeys(tasks, 0.0)
    with app.app_context():
        leader = Leader(db.engine, "schedule")
    try:
        while not stop.is_set():
            if leader.hold():
                for task in tasks:
                    if due[task] <= time.monotonic() and not stop.is_set():
                        due[task] = time.monotonic() + task.seconds
                        run_task(app, task)
            stop.wait(min([1.0, *(task.seconds for task in tasks)]))
    finally:
        leader.release()


def run_task(app: Flask, task: Task) -> None:
    """Run one task in its own context. A failure is logged, and the next task goes on."""
    with app.app_context(), structlog.contextvars.bound_contextvars(task=task.name):
        request_id = f"due-{task.run.__name__[:30]}-{secrets.token_hex(8)}"
        own, began, failed = spans.child(), time.perf_counter(), False
        begin_work(request_id=request_id, traceparent=own)
        try:
            task.run()
        except Exception:
            failed = True
            db.session.rollback()
            log.exception("task failed")
        if failed or "concerned" in g:  # a look at what is due that finds nothing is not worth telling
            seconds = time.perf_counter() - began
            spans.tell(f"due {task.name}", spans.INTERNAL, own=own, seconds=seconds, failed=failed)
