"""A real server that the gateway under test forwards to. It remembers what arrived and answers as each path asks."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chassis.keys import Signer


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    size: int = 0
    sha256: str = ""
    connection: int = 0

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def names(self) -> set[str]:
        return {name.lower() for name, _ in self.headers}


class Upstream:
    """All services in one place; `identity` issues true access tokens."""

    def __init__(self, access: Signer) -> None:
        self.access = access
        self.seen: list[Seen] = []
        self.revoked: list[dict[str, Any]] = []
        self.ended: set[str] = set()
        self.session_id = PERSON["sid"]
        self.passwords = {"cs": "sandi yang benar sekali"}
        self.lifetime = 900
        self.is_identity_down = False
        self.release = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.upstream = self
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def token(self, *, lifetime: int = 900, **claims: Any) -> str:
        """An access token as identity issues it."""
        return self.access.sign("zerocalls", lifetime=lifetime, **{**PERSON, **claims})

    def revoke(self, *, sid: str | None = None, sub: str | None = None) -> None:
        self.revoked.append({"sid": sid, "sub": sub, "revoked_at": datetime.now(UTC).isoformat()})

    def last(self, target: str, patience: float = 10.0) -> Seen:
        """The newest request to `target`; one that is still being read is waited for."""
        until = time.monotonic() + patience
        while not self.count(target) and time.monotonic() < until:
            time.sleep(0.02)
        return next(seen for seen in reversed(self.seen) if seen.target.startswith(target))

    def count(self, target: str) -> int:
        return sum(seen.target.startswith(target) for seen in self.seen)

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


PERSON = {
    "sub": "0193a5c0-3000-7000-8000-000000000001",
    "sid": "0193a5c0-7000-7000-8000-000000000001",
    "typ": "access",
    "kind": "user",
    "username": "cs",
    "name": "Sari Contoh",
    "roles": ["customer_service"],
    "customer_id": None,
    "scope": {},
}


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def _json(content: Any, status: int = 200, *headers: tuple[str, str]) -> Reply:
    return Reply(status, json.dumps(content).encode(), [("Content-Type", "application/json"), *headers])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    upstream: Upstream


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def serve(self) -> None:
        seen = Seen(self.command, self.path, self.headers.items(), connection=self.client_address[1])
        self.server.upstream.seen.append(seen)
        if self.path.endswith("/refuses-early"):
            self.close_connection = True
            return self.reply(_json({"title": "Terlalu besar"}, 413))
        try:
            self.read_body(seen)
        except ConnectionError:
            self.close_connection = True
            return None
        plain = self.path.partition("?")[0]
        raw = RAW.get(plain.rpartition("/")[2])
        if raw is not None:
            return raw(self, self.server.upstream)
        return self.reply(answer(self.server.upstream, seen, self.body))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve

    def read_body(self, seen: Seen) -> None:
        digest, self.body = hashlib.sha256(), b""
        for chunk in self.pieces():
            digest.update(chunk)
            seen.size += len(chunk)
            self.body = (self.body + chunk)[:100_000]
        seen.sha256 = digest.hexdigest()

    def pieces(self) -> Any:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline() or self.gone(), 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left:
            chunk = self.rfile.read(min(left, 65536)) or self.gone()
            left -= len(chunk)
            yield chunk

    def gone(self) -> Any:
        raise ConnectionError("the sender stopped")

    def reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, *args: Any) -> None:
        pass


def answer(upstream: Upstream, seen: Seen, body: bytes) -> Reply:
    path = seen.target.partition("?")[0]
    if path in IDENTITY:
        if upstream.is_identity_down:
            return Reply(503)
        return IDENTITY[path](upstream, seen, body)
    if path == "/openapi.json":
        return _json(OPENAPI)
    if path.startswith(("/internal", "/metrics")):
        return Reply(200, b"INSIDE ONLY")
    name = path.rpartition("/")[2]
    return (
        ANSWERS[name](seen)
        if name in ANSWERS
        else _json({"method": seen.method, "target": seen.target, "size": seen.size})
    )


def _sign_in(upstream: Upstream, seen: Seen, body: bytes) -> Reply:
    form = json.loads(body)
    if upstream.passwords.get(form["username"]) != form["password"]:
        return _json({"status": 401, "detail": "Username atau password salah."}, 401)
    return _json(_pair(upstream, "r1"), 201)


def _refresh(upstream: Upstream, seen: Seen, body: bytes) -> Reply:
    """As identity: a refresh token has one successor; one that ended has none."""
    given = json.loads(body)["refresh_token"]
    if given in upstream.ended:
        return _json({"status": 401, "detail": "Sesi sudah berakhir."}, 401)
    return _json(_pair(upstream, f"{given}+"))


def _pair(upstream: Upstream, refresh: str) -> dict[str, Any]:
    access = upstream.token(lifetime=upstream.lifetime, sid=upstream.session_id)
    return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": upstream.lifetime}


def _revocations(upstream: Upstream, seen: Seen, body: bytes) -> Reply:
    return _json({"items": upstream.revoked, "next": datetime.now(UTC).isoformat()})


IDENTITY: dict[str, Callable[[Upstream, Seen, bytes], Reply]] = {
    "/api/v1/identity/jwks": lambda upstream, seen, body: _json(upstream.access.public_set()),
    "/internal/revocations": _revocations,
    "/api/v1/identity/sessions": _sign_in,
    "/api/v1/identity/sessions/refresh": _refresh,
    "/api/v1/identity/sessions/current": lambda upstream, seen, body: Reply(204),
}

ANSWERS: dict[str, Callable[[Seen], Reply]] = {
    "cookie": lambda seen: _json({}, 200, ("Set-Cookie", "who=alice; Path=/")),
    "redirect": lambda seen: _json({}, 302, ("Location", "/internal/secret")),
    "redirect-inside": lambda seen: _json({}, 302, ("Location", "http://127.0.0.1:9/internal")),
    "gzip": lambda seen: Reply(
        200, gzip.compress(b"halo " * 100), [("Content-Type", "text/plain"), ("Content-Encoding", "gzip")]
    ),
    "hop": lambda seen: _json(
        {}, 200, ("Connection", "ETag, X-Secret"), ("ETag", '"7"'), ("X-Secret", "1"), ("Server", "inner")
    ),
    "etag": lambda seen: _json({}, 200, ("ETag", '"7"')),
    "nothing": lambda seen: Reply(204),
    "failing": lambda seen: _json({"detail": "rusak"}, 500),
    "refused": lambda seen: _json({"detail": "Bukan milik Anda."}, 403),
}

MEGABYTE = b"0123456789abcdef" * 65536


def _large(handler: Any, upstream: Upstream) -> None:
    """20 MiB; only the first half until the test has read it: a gateway that collects the body would wait for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(20 * len(MEGABYTE)))
    handler.end_headers()
    for number in range(20):
        if number == 10:
            upstream.release.wait(20)
        handler.wfile.write(MEGABYTE)


def _cut(handler: Any, upstream: Upstream) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x" * 10)
    handler.close_connection = True


def _cut_chunked(handler: Any, upstream: Upstream) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\nhalo \r\n")
    handler.close_connection = True


def _cut_after_head(handler: Any, upstream: Upstream) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.close_connection = True


def _slow(handler: Any, upstream: Upstream) -> None:
    time.sleep(3)
    handler.reply(_json({}))


def _reset(handler: Any, upstream: Upstream) -> None:
    handler.close_connection = True


def _stream(handler: Any, upstream: Upstream) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    try:
        for number in range(100):
            content = f"event: nudge\ndata: {number}\n\n".encode()
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            handler.wfile.flush()
            time.sleep(0.2)
    except OSError:
        handler.close_connection = True


RAW: dict[str, Callable[[Any, Upstream], None]] = {
    "large": _large,
    "cut": _cut,
    "cut-chunked": _cut_chunked,
    "cut-after-head": _cut_after_head,
    "slow": _slow,
    "reset": _reset,
    "stream": _stream,
}

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Layanan", "version": "1"},
    "paths": {
        "/api/v1/testing/orders": {
            "get": {
                "operationId": "list",
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
                },
            }
        },
        "/internal/secret": {"get": {"responses": {}}},
        "/healthz": {"get": {"responses": {}}},
    },
    "components": {"schemas": {"Order": {"type": "object"}}},
}
