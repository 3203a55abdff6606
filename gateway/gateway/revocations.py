"""Sessions and people whose tokens no longer count, as identity tells. A copy, renewed every two seconds by each worker."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog

from gateway.upstreams import Unavailable, Upstreams

if TYPE_CHECKING:
    from gateway.tokens import InternalTokens

PATH = "/internal/revocations"
KEPT_SECONDS = 3600.0
PATIENCE = 1.5

log = structlog.get_logger("revocations")


class Revocations:
    def __init__(
        self,
        upstreams: Upstreams,
        internal: InternalTokens,
        *,
        every: float,
        on_news: Callable[[Callable[[dict[str, Any]], bool]], None],
    ) -> None:
        self._upstreams = upstreams
        self._internal = internal
        self._every = every
        self._on_news = on_news
        self._sessions: dict[str, float] = {}
        self._people: dict[str, float] = {}
        self._after: str | None = None
        self._is_known = False
        self._process = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def is_known(self) -> bool:
        """Whether identity has answered at least once."""
        return self._is_known

    def covers(self, claims: dict[str, Any]) -> bool:
        """Whether a token with these claims was revoked. Raises Unavailable while nothing at all is known: never open."""
        self._follow()
        if not self._is_known:
            raise Unavailable("identity")
        return self._is_revoked(claims)

    def add(self, *, sid: str | None) -> None:
        """Know at once what the feed will tell later."""
        if sid:
            self._sessions[sid] = time.time()
            self._on_news(self._is_revoked)

    def refresh(self) -> None:
        """Ask identity for what is new; without an answer the last known stays."""
        try:
            content = self._fetch()
            self._take(content["items"])
        except (Unavailable, ValueError, KeyError, TypeError) as error:
            log.warning("revocations unknown", error=type(error).__name__)
            return
        self._after = content.get("next")
        self._is_known = True

    def stop(self) -> None:
        self._stopped.set()

    def _is_revoked(self, claims: dict[str, Any]) -> bool:
        since = self._people.get(claims["sub"])
        return claims.get("sid") in self._sessions or (since is not None and claims["iat"] <= since)

    def _follow(self) -> None:
        """Start the follower of this process: threads do not survive a fork."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self.refresh()
                threading.Thread(target=self._run, name="revocations", daemon=True).start()
                self._process = os.getpid()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.refresh()

    def _fetch(self) -> dict[str, Any]:
        query = f"?after={quote(self._after)}" if self._after else ""
        headers = {"Authorization": f"Bearer {self._internal.mint_own('identity')}", "Accept": "application/json"}
        with self._upstreams.get("identity").open(
            "GET", PATH + query, headers=headers, read_timeout=PATIENCE
        ) as exchange:
            if exchange.status != 200:
                raise Unavailable("identity")
            content: dict[str, Any] = json.loads(exchange.read())
            return content

    def _take(self, items: Iterable[dict[str, Any]]) -> None:
        has_news = False
        for item in items:
            store, name = (self._sessions, item["sid"]) if item.get("sid") else (self._people, item["sub"])
            revoked_at = datetime.fromisoformat(item["revoked_at"]).timestamp()
            if store.get(name, 0) < revoked_at:
                store[name] = revoked_at
                has_news = True
        if has_news:
            self._forget(time.time() - KEPT_SECONDS)
            self._on_news(self._is_revoked)

    def _forget(self, before: float) -> None:
        """Tokens live for minutes: what was revoked an hour ago has run out."""
        self._sessions = {name: at for name, at in self._sessions.items() if at > before}
        self._people = {name: at for name, at in self._people.items() if at > before}
