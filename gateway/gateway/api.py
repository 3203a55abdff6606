"""The door: a WSGI callable in front of the pages. It forwards `/api/v1/<service>/…` and lets nothing else through to a service.

Only a Bearer token says who calls here; the session cookie of the pages counts for nothing on this path, so no page elsewhere can
use it. Downloads from pages go through `gateway.clients.stream`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
import structlog

from chassis import problems, spans
from chassis.keys import BadToken, Claims
from chassis.problems import NotFound, Problem, TooLarge, Unauthenticated, Unreadable
from gateway import front, incoming, targets
from gateway import headers as rules
from gateway.accesslog import LOGGER, AccessLog
from gateway.bodies import Body, discard
from gateway.gate import Gate
from gateway.health import Figures
from gateway.incoming import METHODS, Incoming
from gateway.upstreams import Exchange

Environ = dict[str, Any]
Start = Callable[..., Any]

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"/api/docs", f"{targets.API}/openapi.json"})
STREAM = f"{targets.API}/notify/stream"
UNLOGGED = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.get_logger(LOGGER)


class WrongMethod(Problem):
    status = 405


class Door:
    def __init__(self, pages: Callable[[Environ, Start], Iterable[bytes]], gate: Gate, figures: Figures) -> None:
        self._pages = pages
        self._gate = gate
        self._figures = figures
        self._access_log = AccessLog()

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        came = incoming.of(environ, self._gate.config.trusted_hops)
        if client := environ.get("gunicorn.socket"):
            client.settimeout(self._gate.config.client_timeout)
        answer = _Answer(environ, start_response, came, self._gate.config.is_https, self._figures, self._access_log)
        try:
            return self._route(environ, answer, came)
        except Problem as problem:
            return _refuse(environ, answer, came, problem)
        except Exception as error:
            _name_in_log(came)
            log.error("unhandled error", exc_info=error)
            return _refuse(environ, answer, came, Problem())

    def _route(self, environ: Environ, answer: _Answer, came: Incoming) -> Iterable[bytes]:
        path, query = self._accepted(environ)
        if path == front.PATH:
            return self._let_in(environ, answer, came)
        if not targets.is_api(path) or path in OWN:
            _name_in_log(came)
            return self._pages(environ, answer.start_page)
        if path == STREAM:
            return self._nudges(environ, answer, came)
        return self._forward(environ, answer, came, path, query)

    def _accepted(self, environ: Environ) -> tuple[str, str]:
        """Path and query as they came, unless something about them is odd."""
        try:
            path, query = targets.check(environ.get("RAW_URI", ""))
        except targets.BadTarget as error:
            raise Unreadable("Alamat ini ditulis dengan cara yang tidak diterima.") from error
        if environ["REQUEST_METHOD"] not in METHODS:
            raise WrongMethod(headers={"Allow": ", ".join(METHODS)})
        if environ.get("SCRIPT_NAME"):
            raise Unreadable()
        if int(environ.get("CONTENT_LENGTH") or 0) > self._gate.config.max_body_bytes:
            raise TooLarge("Isi permintaan melebihi batas ukuran.")
        return path, query

    def _forward(self, environ: Environ, answer: _Answer, came: Incoming, path: str, query: str) -> Iterable[bytes]:
        service, target = self._destination(path)
        method = environ["REQUEST_METHOD"]
        claims = self._caller(environ, came)
        self._gate.limits.spend(method, target, address=came.address, subject=claims["sub"] if claims else None)
        headers = {**rules.for_service(environ), **self._gate.internal.identify(service, claims, came)}
        body = (
            None
            if method in BODILESS
            else Body.of(environ, limit=self._gate.config.max_body_bytes, patience=self._gate.config.client_timeout)
        )
        if body is not None and body.length is not None:
            headers["Content-Length"] = str(body.length)
        upstream = self._gate.upstreams.get(service)
        exchange = upstream.open(method, f"{target}?{query}" if query else target, headers=headers, body=body)
        exchange.reach_body()
        answer.start_forwarded(service, exchange, self._gate.config.public_url)
        return _Piped(exchange)

    def _destination(self, path: str) -> tuple[str, str]:
        try:
            service, _ = targets.split_api_path(path)
            target = targets.rebuilt(path)
        except targets.BadTarget as error:
            raise NotFound() from error
        if service not in self._gate.upstreams:
            raise NotFound()
        return service, target

    def _caller(self, environ: Environ, came: Incoming) -> Claims | None:
        """Claims of the Bearer token; None when there is none."""
        given = environ.get("HTTP_AUTHORIZATION")
        if given is None:
            return None
        scheme, _, token = given.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise BadToken("scheme")
            return self._gate.tokens.verify(token)
        except BadToken as error:
            self._gate.limits.spend("", "", address=came.address, subject=None)
            _name_in_log(came)
            log.info("token refused", reason=str(error))
            raise Unauthenticated(
                "Token tidak berlaku.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
            ) from error

    def _known(self, environ: Environ, came: Incoming) -> Claims:
        claims = self._caller(environ, came)
        if claims is None:
            raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
        return claims

    def _let_in(self, environ: Environ, answer: _Answer, came: Incoming) -> Iterable[bytes]:
        """What the proxy in front needs to call a service itself. It counts its callers, and comes back with whoever is refused."""
        config, upstreams = self._gate.config, self._gate.upstreams
        service = front.service_asked(environ, secret=config.front_secret, upstreams=upstreams)
        token = self._gate.internal.token(service, self._known(environ, came), came)
        answer.start("204 No Content", [(front.TOKEN, token), ("Cache-Control", "no-store")], area="front")
        return ()

    def _nudges(self, environ: Environ, answer: _Answer, came: Incoming) -> Iterable[bytes]:
        claims = self._known(environ, came)
        if environ["REQUEST_METHOD"] != "GET":
            raise WrongMethod(headers={"Allow": "GET"})
        headers = self._gate.internal.identify("notify", claims, came)
        stream = self._gate.streams.open(self._gate.upstreams, claims, headers)
        answer.start("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")], area="stream")
        return stream


class _Answer:
    """Starts the answer with the headers that every answer carries, and counts it."""

    def __init__(
        self,
        environ: Environ,
        start_response: Start,
        came: Incoming,
        is_https: bool,
        figures: Figures,
        access_log: AccessLog,
    ) -> None:
        self._environ = environ
        self._start_response = start_response
        self._came = came
        self._is_https = is_https
        self._figures = figures
        self._access_log = access_log
        self._began = time.perf_counter()

    def start_page(self, status: str, headers: rules.Headers, exc_info: Any = None) -> Any:
        return self.start(status, headers, exc_info, area="pages", policy=rules.PAGE_POLICY)

    def start_forwarded(self, service: str, exchange: Exchange, public_url: str) -> None:
        passed = rules.for_browser(exchange.fields, public_url)
        if not any(name.lower() == "cache-control" for name, _ in passed):
            passed.append(("Cache-Control", "no-store"))
        self.start(status_line(exchange.status), passed, area=service)

    def start(
        self,
        status: str,
        headers: rules.Headers,
        exc_info: Any = None,
        *,
        area: str,
        policy: str = rules.API_POLICY,
    ) -> Any:
        seconds = time.perf_counter() - self._began
        method = self._environ["REQUEST_METHOD"]
        self._figures.count(area, method, status[:3], seconds)
        if (path := self._environ.get("PATH_INFO", "")) not in UNLOGGED:
            milliseconds = round(seconds * 1000, 1)
            self._access_log.tell(self._came, area=area, method=method, path=path, status=status[:3], ms=milliseconds)
            if spans.is_told():
                self._tell(f"{method} {area}", method, path, int(status[:3]), seconds)
        ours = [*rules.guards(policy, self._is_https), ("X-Request-ID", self._came.request_id)]
        return self._start_response(status, [*headers, *ours], exc_info)

    def _tell(self, name: str, method: str, path: str, status: int, seconds: float) -> None:
        spans.tell(
            name,
            spans.SERVER,
            own=self._came.traceparent,
            parent=self._came.parent,
            seconds=seconds,
            failed=status >= 500,
            **{"http.request.method": method, "url.path": path, "request.id": self._came.request_id},
            **{"http.response.status_code": status},
        )


class _Piped:
    """The body of a forwarded answer as it arrives."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        return self._exchange.chunks()

    def close(self) -> None:
        self._exchange.close()


def _name_in_log(came: Incoming) -> None:
    """Whatever else is logged from here on says in which request."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=came.request_id, trace=came.trace, address=came.address)


@cache
def status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Other"


def _refuse(environ: Environ, answer: _Answer, came: Incoming, problem: Problem) -> Iterator[bytes]:
    content = orjson.dumps(
        problems.document(
            problem.status,
            problem.detail,
            instance=environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace"),
            request_id=came.request_id,
            errors=problem.errors,
            **problem.more,
        )
    )
    headers = [
        ("Content-Type", problems.MEDIA_TYPE),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
    ]
    answer.start(status_line(problem.status), [*headers, *problem.headers.items()], area="door")
    return _said(b"" if environ["REQUEST_METHOD"] == "HEAD" else content, environ)


def _said(content: bytes, environ: Environ) -> Iterator[bytes]:
    yield content
    discard(environ)
