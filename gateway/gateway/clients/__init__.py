"""Calls of the pages to the services, as the person who is signed in.

    answer = call("testing", "GET", "orders", params={"box": "submitted"})
    answer = follow("POST", action["href"], json=form)        # an address taken from a representation
    return stream("documents", f"files/{file_id}", params={"grant": grant})

`Unavailable` (a service is down, busy or slow) and `Refused` (from `fetch` and `stream`) become error pages by themselves;
a view catches them only where a fragment should fail alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, request

from chassis.problems import Problem
from gateway import calls, session, targets
from gateway.calls import Answer
from gateway.gate import current_gate
from gateway.headers import for_browser
from gateway.upstreams import Unavailable

__all__ = ["Answer", "Refused", "Unavailable", "call", "fetch", "follow", "stream"]

_CONDITIONS = ("Accept", "Range", "If-Range", "If-None-Match")


class Refused(Problem):
    """A service refused what a page cannot be made without; `answer` says how."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.status = answer.status
        self.answer = answer


def call(
    service: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, Any] | list[tuple[str, Any]] | None = None,
    json: Any = None,
    files: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    anonymous: bool = False,
) -> Answer:
    """Call `/api/v1/<service>/<path>` as the signed-in person (`anonymous`: as nobody) and read the whole answer.

    `files` are Werkzeug `FileStorage` by field name; they go out as multipart without being read into memory.
    """
    claims = None if anonymous else session.claims()
    return calls.send(service, method, path, claims=claims, params=params, json=json, files=files, headers=headers)


def fetch(service: str, path: str, **params: Any) -> Any:
    """Body of a GET; raises `Refused` when the service says anything but 2xx."""
    answer = call(service, "GET", path, params=params)
    if not answer.ok:
        raise Refused(answer)
    return answer.body


def follow(method: str, href: str, **options: Any) -> Answer:
    """`call` for an address found in a representation, `/api/v1/<service>/…`; its query is kept."""
    path, _, query = href.partition("?")
    service, rest = targets.split_api_path(path)
    if query:
        options["params"] = [*parse_qsl(query), *dict(options.get("params") or {}).items()]
    return call(service, method, rest, **options)


def stream(service: str, path: str, *, method: str = "GET", params: Any = None, json: Any = None) -> Response:
    """Pipe an answer (PDF, xlsx) to the browser as it comes; raises `Refused` unless the service agrees."""
    conditions = {name: request.headers[name] for name in _CONDITIONS if name in request.headers}
    exchange = calls.begin(service, method, path, claims=session.claims(), params=params, json=json, headers=conditions)
    if exchange.status >= 400:
        with exchange:
            raise Refused(calls.read(exchange))
    exchange.reach_body()
    response = Response(exchange.chunks(), status=exchange.status, direct_passthrough=True)
    del response.headers["Content-Type"]
    response.headers.extend(for_browser(exchange.headers.items(), current_gate().config.public_url))
    response.call_on_close(exchange.close)
    return response
