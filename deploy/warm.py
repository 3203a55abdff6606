"""The warm parent: loads once what every process needs, then forks each process from itself when the launcher asks.

What is forked shares the memory of the libraries and does not wait for them to load. Otherwise it is what the same
command is when started by itself: a process, session and child of the launcher of its own, which may be killed alone,
outlives the warm parent, and is told to stop when the launcher dies in whatever way.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import sys
import time
from pathlib import Path
from typing import Any

from deploy.tether import tie

# never gevent: it must patch before anything else is loaded, so the gateway is started by itself
LIBRARIES = (
    "chassis.service",
    "chassis.anchors",
    "chassis.events.commands",
    "chassis.events.dead_letter_routes",
    "chassis.events.figures",
    "chassis.events.transports.embedded",
    "chassis.jobs",
    "chassis.tracing",
    "flask.cli",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "openpyxl",
    "phonenumbers",
    "requests",
    "celery.bin.worker",
    "celery.concurrency.prefork",
    "reportlab.platypus",
    "segno",
)
LONGEST_REQUEST = 1 << 20


def main() -> None:
    launcher, door = int(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    tie(launcher)
    _load()
    while request := _next(door):
        if _fork_for(launcher):
            _run(door, *request)
            return
        os.close(request[1])


def _load() -> None:
    """No thread, no connection, no open file may come of it: a fork takes nothing but memory over safely."""
    gc.disable()
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.collect()
    gc.freeze()
    assert len(os.listdir("/proc/self/task")) == 1, "a library has started a thread"


def _next(door: socket.socket) -> tuple[dict[str, Any], int] | None:
    message, descriptors, _, _ = socket.recv_fds(door, LONGEST_REQUEST, 1)
    return (json.loads(message), descriptors[0]) if message else None


def _fork_for(launcher: int) -> bool:
    """True in the new process, which has become a child of the launcher since its own parent has ended."""
    if middle := os.fork():
        os.waitpid(middle, 0)
        return False
    middle = os.getpid()
    if os.fork():
        os._exit(0)
    while os.getppid() == middle:
        time.sleep(0.0005)
    tie(launcher)
    return True


def _run(door: socket.socket, asked: dict[str, Any], output: int) -> None:
    os.setsid()  # Ctrl-C in a terminal reaches the launcher only
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    Path("/proc/self/comm").write_text(asked["name"][:15])
    os.environ.clear()
    os.environ.update(asked["environment"])
    gc.enable()
    door.send(str(os.getpid()).encode())
    door.close()
    module, *sys.argv[1:] = asked["arguments"]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
