"""The services as recorded: a real server that answers each person what the real services answered (`record.py`)."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from chassis.keys import Signer

EXAMPLES = Path(__file__).parent / "examples"
API = "/api/v1/"
PASSWORD = "sandi contoh untuk uji"
NOT_ASKED_FOR = {"limit"}


@dataclass
class Sent:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Shelf:
    signer: Signer
    sent: list[Sent] = field(default_factory=list)
    replies: dict[str, tuple[int, Any]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.answers = {path.stem: json.loads(path.read_text("utf-8")) for path in EXAMPLES.glob("*.json")}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def forget(self) -> None:
        self.sent.clear()
        self.replies.clear()
        self.down.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def posts(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.method == "POST" and "/actions/" in sent.path]

    def example(self, username: str, path: str) -> Any:
        return self.answers[username][path]

    def answer(self, sent: Sent, username: str) -> tuple[int, Any]:
        path, _, query = sent.path.removeprefix(API).partition("?")
        if path.partition("/")[0] in self.down:
            return 503, {"title": "Sedang tidak melayani", "status": 503}
        if reply := self.replies.get(f"{sent.method} {path}"):
            return reply
        if special := SPECIAL.get(sent.path.partition("?")[0]):
            return special(self, sent)
        asked = urlencode([(name, value) for name, value in parse_qsl(query) if name not in NOT_ASKED_FOR])
        for known in (self.answers.get(username, {}), self.answers["anyone"]):
            for wanted in (f"{path}?{asked}", path):
                if sent.method == "GET" and wanted in known:
                    return 200, known[wanted]
        return 404, {"title": "Tidak ditemukan", "status": 404}


HANGS_UP = 0  # the status of a service that does not answer to the end


def _sign_in(shelf: Shelf, sent: Sent) -> tuple[int, Any]:
    given = sent.json
    me = shelf.answers.get(given["username"], {}).get("identity/me")
    if not me or given["password"] != PASSWORD:
        return 401, {"detail": "Username atau password salah.", "status": 401}
    claims = {"sub": me["id"], "sid": secrets.token_hex(8), "typ": "access", "kind": "user", "scope": {}}
    shared = {name: me[name] for name in ("name", "username", "roles", "customer_id")}
    token = shelf.signer.sign("zerocalls", lifetime=900, **claims, **shared)
    return 201, {
        "access_token": token,
        "refresh_token": secrets.token_hex(8),
        "token_type": "Bearer",
        "expires_in": 900,
    }


SPECIAL: dict[str, Callable[[Shelf, Sent], tuple[int, Any]]] = {
    "/api/v1/identity/jwks": lambda shelf, sent: (200, shelf.signer.public_set()),
    "/internal/revocations": lambda shelf, sent: (200, {"items": [], "next": "2026-01-01T00:00:00+00:00"}),
    "/api/v1/identity/sessions": _sign_in,
    "/api/v1/identity/sessions/current": lambda shelf, sent: (204, None),
}


def _handler(shelf: Shelf) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = Sent(self.command, self.path, dict(self.headers.items()), body)
            shelf.sent.append(sent)
            status, content = shelf.answer(sent, _caller(sent))
            if status == HANGS_UP:
                self.close_connection = True
                return
            text = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
            if status != 204:
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


def _caller(sent: Sent) -> str:
    """Who the gateway's internal token says is asking, by the name of the recording."""
    import base64

    token = sent.headers.get("Authorization", "").removeprefix("Bearer ")
    if token.count(".") != 2:
        return "anyone"
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return str(claims.get("username") or NAMES.get(claims.get("sub", ""), "anyone"))


NAMES: dict[str, str] = {
    json.loads(path.read_text("utf-8"))["identity/me"]["id"]: path.stem
    for path in EXAMPLES.glob("*.json")
    if path.stem != "anyone"
}
