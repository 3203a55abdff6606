"""Calls to other services: one budget of time over all tries, a breaker, our own token. Never inside a transaction."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import requests
from flask import current_app, g

from chassis.auth import mint
from chassis.breaker import Breaker
from chassis.db import is_atomic
from chassis.problems import Unavailable
from chassis.telemetry import trace

CONNECT, BUDGET = 1.0, 3.0
TRIES, PAUSE = 3, 0.2
PASSING = (502, 503, 504)


class Peer:
    """Another service, by the name it has in `PEERS`."""

    _breakers: dict[str, Breaker] = {}
    _local = threading.local()

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, path: str, **params: Any) -> Any:
        """The JSON answer of `GET path`. Raises Unavailable when the peer does not answer, LookupError for 404/410."""
        assert not is_atomic(), "no network call inside a transaction"
        address = current_app.extensions["chassis"].peers.get(self.name)
        breaker = self._breakers.setdefault(self.name, Breaker())
        if address is None or not breaker.permits():
            raise Unavailable(f"{self.name} is not available")
        try:
            answer = self._ask(f"{address}{path}", params)
        except requests.RequestException as error:
            breaker.report(success=False)
            raise Unavailable(f"{self.name}: {type(error).__name__}") from error
        breaker.report(success=answer.status_code < 500)
        if answer.status_code in (404, 410):
            raise LookupError(f"{self.name} {path}: {answer.status_code}")
        if answer.status_code != 200:
            raise Unavailable(f"{self.name} {path}: {answer.status_code}")
        try:
            return answer.json()
        except ValueError as error:
            raise Unavailable(f"{self.name} {path}: no JSON") from error

    def _ask(self, address: str, params: dict[str, Any]) -> requests.Response:
        """Asks up to three times, as long as there is time for another answer; all tries together take no longer than BUDGET."""
        until = time.monotonic() + BUDGET
        for tries_left in reversed(range(TRIES)):
            answer = self._try(address, params, left=until - time.monotonic(), is_last=not tries_left)
            if answer is not None:
                return answer
            time.sleep(PAUSE * random.uniform(0.5, 1.5))  # noqa: S311 (spreads repeats, keeps no secret)
            if time.monotonic() >= until:
                break
        raise requests.Timeout(f"no answer within {BUDGET:g} s")

    def _try(self, address: str, params: dict[str, Any], *, left: float, is_last: bool) -> requests.Response | None:
        """None: it may be asked again."""
        headers = {
            "Authorization": f"Bearer {mint(f'svc-{self.name}')}",
            "X-Request-ID": g.get("request_id", "") if g else "",
            "Traceparent": trace(),
        }
        timeout = (min(CONNECT, left), left)
        try:
            answer = self._session().get(
                address, params=params, headers=headers, timeout=timeout, allow_redirects=False
            )
        except requests.RequestException:
            if is_last:
                raise
            return None
        return answer if is_last or answer.status_code not in PASSING else None

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        found: requests.Session = self._local.session
        return found
