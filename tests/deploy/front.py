"""Services that say what came, and how a test asks for them through the door for many readers."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.servers import Server
from chassis.keys import Signer, generate

PATIENCE = 10.0
CLAIMS = {"typ": "access", "kind": "user", "name": "Petugas Loket", "roles": ["customer_service"]}


class Services(ThreadingHTTPServer):
    """All services in one; it keeps what came and who was revoked."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        generate("identity", folder)
        generate("gateway", folder)
        self.keys = json.loads((folder / "public" / "identity.json").read_text())
        self.signer = Signer.from_file("identity", folder / "identity.json")
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.revoked: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def token(self, sub: str, *, lifetime: int = 600, sid: str = "s") -> str:
        return self.signer.sign("zerocalls", lifetime=lifetime, sub=sub, sid=sid, **CLAIMS)

    def reached(self, word: str) -> list[tuple[str, str, dict[str, str]]]:
        return [seen for seen in self.seen if word in seen[1]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Services

    def do_GET(self) -> None:
        if self.path == "/api/v1/identity/jwks":
            return self.say(self.server.keys)
        if self.path.startswith("/internal/revocations"):
            return self.say({"items": self.server.revoked, "next": datetime.now(UTC).isoformat()})
        came = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, self.path, came))
        self.rfile.read(int(came.get("content-length") or 0))
        return self.say({"method": self.command, "target": self.path, "came": came})

    do_POST = do_HEAD = do_GET

    def say(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        for name, value in {"Set-Cookie": "who=alice", "ETag": '"7"', "X-Powered-By": "x", "X-Request-ID": "x"}.items():
            self.send_header(name, value)
        self.send_header("Location", "http://127.0.0.1:9/internal")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        pass


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def came(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.content)["came"]
        return found


@dataclass
class Front:
    port: int
    gateway: Server
    services: Services

    def ask(
        self, target: str, token: str | None = None, *, method: str = "GET", port: int = 0, source: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:  # fmt: skip
        link = http.client.HTTPConnection("127.0.0.1", port or self.port, PATIENCE, source_address=(source, 0))
        with contextlib.closing(link):
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(method, target, headers=given | ({"Authorization": f"Bearer {token}"} if token else {}))
            answer = link.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def went_straight(self, target: str) -> bool:
        """Whether nginx called the service itself: only the gateway tells a service its part of a trace."""
        return "traceparent" not in self.services.reached(target)[-1][2]
