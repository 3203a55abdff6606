"""Nudges over SSE: "something changed, fetch the bell". Few, short, and without anything worth stealing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

from flask import Flask

from chassis.auth import Principal
from chassis.db import db
from chassis.problems import Unavailable
from svc_notify import notifications

LOOK_EVERY = 1.5


class Streams:
    """At most `limit` open at once in this process; beyond that the page polls."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._places = threading.BoundedSemaphore(limit)
        self._seconds = seconds

    def open(self, app: Flask, principal: Principal) -> Iterator[str]:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Terlalu banyak aliran terbuka.", headers={"Retry-After": "30"})
        return _Stream(self._nudges(app, principal), self._places)

    def _nudges(self, app: Flask, principal: Principal) -> Iterator[str]:
        ends, told = time.monotonic() + self._seconds, -1
        yield "retry: 3000\n\n"
        while time.monotonic() < ends:
            unread = _count(app, principal)
            if unread != told:
                told = unread
                yield f"event: changed\ndata: {json.dumps({'unread': unread})}\n\n"
            else:
                yield ": still here\n\n"
            time.sleep(min(LOOK_EVERY, max(0.0, ends - time.monotonic())))


class _Stream(Iterator[str]):
    """Gives its place back exactly once, also when it was never read."""

    def __init__(self, nudges: Iterator[str], places: threading.BoundedSemaphore) -> None:
        self._nudges, self._places, self._is_open = nudges, places, True

    def __next__(self) -> str:
        try:
            return next(self._nudges)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._places.release()


def _count(app: Flask, principal: Principal) -> int:
    with app.app_context():
        try:
            return notifications.count_unread(principal)
        finally:
            db.session.remove()
