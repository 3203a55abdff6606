"""Starts the real gateway under gunicorn, as it is served."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    content: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Gateway:
    port: int
    process: subprocess.Popen[bytes]

    def ask(self, method: str, target: str, *, token: str | None = None, body: Any = None, **headers: str) -> Answer:
        """Send a request whose target goes out exactly as written."""
        with self.open(method, target, token=token, body=body, **headers) as response:
            return Answer(response.status, response.getheaders(), response.read())

    @contextmanager
    def open(
        self, method: str, target: str, *, token: str | None = None, body: Any = None, **headers: str
    ) -> Iterator[HTTPResponse]:
        """The same, with the body left to read."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            yield self._send(connection, method, target, token, body, headers)

    def _send(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        token: str | None,
        body: Any,
        headers: dict[str, str],
    ) -> HTTPResponse:
        connection.putrequest(method, target, skip_accept_encoding=True)
        if isinstance(body, dict):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
        if body is not None:
            headers.setdefault("Content-Length", str(len(body)))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        return connection.getresponse()

    def raw(self, content: bytes, *, wait: float = 5) -> bytes:
        """Everything the gateway says to these bytes until it closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as client:
            said = b""
            with contextlib.suppress(TimeoutError, ConnectionError):
                client.sendall(content)
            with contextlib.suppress(TimeoutError, ConnectionError):
                while chunk := client.recv(65536):
                    said += chunk
            return said


@contextmanager
def running_gateway(peers: dict[str, str], key_file: Path, **settings: str) -> Iterator[Gateway]:
    port = _free_port()
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("chassis", "gateway")),
        "ENVIRONMENT": "test",
        "KEY_FILE": str(key_file),
        "PEERS": ",".join(f"{name}={address}" for name, address in peers.items()),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gateway/gunicorn.conf.py"), "gateway:create_app()"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT)
    try:
        _wait(port, process)
        yield Gateway(port, process)
    finally:
        process.terminate()
        process.wait(15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the gateway ended"
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise AssertionError("the gateway did not start")
