"""One call to a service on behalf of given claims. Pages use `gateway.clients`, which adds the signed-in person."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request

from gateway import incoming, multipart, targets
from gateway.gate import current_gate
from gateway.upstreams import Exchange


@dataclass(frozen=True)
class Answer:
    """What a service said: `body` is the parsed JSON, or bytes when it is something else."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def problem(self) -> dict[str, Any]:
        """The RFC 9457 members of a refusal; empty when the answer is none."""
        return self.body if not self.ok and isinstance(self.body, dict) else {}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field of a 422."""
        return self.problem.get("errors") or {}

    @property
    def detail(self) -> str:
        return self.problem.get("detail") or self.problem.get("title") or ""


def send(service: str, method: str, path: str, *, claims: Mapping[str, Any] | None, **options: Any) -> Answer:
    """Call a service and read the whole answer."""
    with begin(service, method, path, claims=claims, **options) as exchange:
        return read(exchange)


def read(exchange: Exchange) -> Answer:
    return Answer(exchange.status, _parsed(exchange.read(), exchange.headers), exchange.headers)


def begin(
    service: str,
    method: str,
    path: str,
    *,
    claims: Mapping[str, Any] | None,
    params: Any = None,
    json: Any = None,
    files: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    read_timeout: float | None = None,
) -> Exchange:
    """Start a call; the caller reads and closes the exchange."""
    gate = current_gate()
    target = targets.api_path(service, path)
    address = incoming.of(request.environ, gate.config.trusted_hops).address
    gate.limits.spend(method, target, address=address, subject=claims["sub"] if claims else None)
    sent = {"Accept": "application/json", **(headers or {}), **identified(service, claims)}
    body: Any = None
    if files:
        body = multipart.Multipart(files)
        sent |= {"Content-Type": body.content_type, "Content-Length": str(body.length)}
    elif json is not None:
        body = jsonlib.dumps(json).encode()
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    query = urlencode(_present(params), doseq=True)
    asked = f"{target}?{query}" if query else target
    return gate.upstreams.get(service).open(method, asked, headers=sent, body=body, read_timeout=read_timeout)


def identified(service: str, claims: Mapping[str, Any] | None) -> dict[str, str]:
    """Headers that tell a service who calls, and in which request."""
    gate = current_gate()
    return gate.internal.identify(service, claims, incoming.of(request.environ, gate.config.trusted_hops))


def _present(params: Any) -> list[tuple[str, Any]]:
    pairs = params.items() if isinstance(params, Mapping) else params or ()
    return [(name, value) for name, value in pairs if value is not None]


def _parsed(content: bytes, headers: Mapping[str, str]) -> Any:
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        return jsonlib.loads(content) if content else None
    return content
