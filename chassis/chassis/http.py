"""Calls to other services: time-outs, retries on safe methods, a breaker, our own token. Never inside a transaction."""

from __future__ import annotations

import threading
from typing import Any

import requests
from flask import current_app, g
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from chassis.auth import mint
from chassis.breaker import Breaker
from chassis.db import is_atomic
from chassis.problems import Unavailable
from chassis.telemetry import trace

CONNECT, READ = 1.0, 5.0


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
            answer = self._session().get(
                f"{address}{path}",
                params=params,
                headers={
                    "Authorization": f"Bearer {mint(f'svc-{self.name}')}",
                    "X-Request-ID": g.get("request_id", "") if g else "",
                    "Traceparent": trace(),
                },
                timeout=(CONNECT, READ),
                allow_redirects=False,
            )
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

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.trust_env = False
            retry = Retry(total=2, backoff_factor=0.2, status_forcelist=(502, 503, 504), allowed_methods=("GET",))
            session.mount("http://", HTTPAdapter(max_retries=retry))
            session.mount("https://", HTTPAdapter(max_retries=retry))
            self._local.session = session
        found: requests.Session = self._local.session
        return found
