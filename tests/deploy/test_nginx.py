"""The proxy in front, as it is configured for compose, with Debian's nginx and a server of ours behind it."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.engines import free_port
from deploy.paths import ROOT

FOLDER = ROOT / "deploy" / "nginx"
PATIENCE = 10.0


class Mirror(BaseHTTPRequestHandler):
    """Answers with the headers that came; a stream says one thing, waits to be told, and says another."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_GET(self) -> None:
        if self.path.endswith("stream"):
            self._stream()
            return
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: one\n\n")
        self.wfile.flush()
        self.go_on.wait(PATIENCE)
        self.wfile.write(b"data: two\n\n")

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture(scope="module")
def nginx() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    return found or pytest.skip("no nginx on this machine; apt-get install nginx-light")


@pytest.fixture(scope="module")
def gateway_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def placed(folder: Path, site: str, ports: dict[str, int], gateway: int) -> Path:
    """The configuration as it is, but for the places: addresses, ports, folders."""
    changes = {"/tmp/": f"{folder}/", "/run/tls": str(folder), "gateway-web:8080": f"127.0.0.1:{gateway}"}
    changes |= {f"/etc/nginx/{name}.conf": str(folder / f"{name}.conf") for name in ("site", "door")}
    changes |= {"/dev/stdout": str(folder / "access.log"), "/dev/stderr": str(folder / "error.log")}
    changes |= {"127.0.0.1:8081": f"127.0.0.1:{ports['8081']}"}
    changes |= {f"listen {port}": f"listen 127.0.0.1:{ours}" for port, ours in ports.items() if port != "8081"}
    for name, source in {"nginx.conf": "nginx.conf", "door.conf": "door.conf", "site.conf": f"{site}.conf"}.items():
        text = (FOLDER / source).read_text()
        for before, after in changes.items():
            text = text.replace(before, after)
        (folder / name).write_text(text)
    return folder / "nginx.conf"


def certificate(folder: Path) -> None:
    subject = ["-subj", "/CN=layanan.zerocalls.invalid", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    files = ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    subprocess.run(["openssl", "req", "-x509", "-nodes", *subject, *files], check=True, capture_output=True)


def ports() -> dict[str, int]:
    return {name: free_port() for name in ("8080", "8081", "8443")}


@pytest.fixture(scope="module")
def door(nginx: str, gateway_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    chosen = ports()
    conf = placed(tmp_path_factory.mktemp("nginx"), "plain", chosen, gateway_port)
    running = subprocess.Popen([nginx, "-e", "stderr", "-c", str(conf), "-g", "daemon off;"])
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", chosen["8080"]), 1):
                break
            time.sleep(0.05)
        yield chosen["8080"]
    finally:
        running.terminate()
        running.wait(PATIENCE)


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(link):
        link.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = link.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("site", ["plain", "tls"])
def test_nginx_accepts_its_configuration(site: str, nginx: str, tmp_path: Path) -> None:
    certificate(tmp_path)
    conf = placed(tmp_path, site, ports(), 9)
    done = subprocess.run([nginx, "-t", "-e", "stderr", "-c", str(conf)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "test is successful" in done.stderr


def test_what_a_client_says_about_where_it_comes_from_is_thrown_away(door: int) -> None:
    lies = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.test"}
    lies |= {"X_Real_IP": "203.0.113.9", "Forwarded": "for=203.0.113.9", "Proxy": "http://evil.test"}
    status, body = ask(door, "/orders", **lies, Accept="text/html", Authorization="Bearer x")
    came = json.loads(body)

    assert status == 200
    assert came["x-forwarded-for"] == "127.0.0.1"
    assert not {"x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "proxy"} & came.keys()
    assert (came["accept"], came["authorization"]) == ("text/html", "Bearer x")
    assert came["host"] == f"127.0.0.1:{door}"
    assert len(came["x-request-id"]) == 32


def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(door: int) -> None:
    status, _ = ask(door, "/api/v1/documents/files", "POST", Content_Length=str(26 * 1024 * 1024))

    assert status == 413


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_figures_are_not_for_the_street(path: str, door: int) -> None:
    assert ask(door, path)[0] == 404


@pytest.mark.parametrize("path", ["/stream", "/api/v1/notify/stream"])
def test_events_go_out_one_by_one(path: str, door: int) -> None:
    Mirror.go_on.clear()
    link = http.client.HTTPConnection("127.0.0.1", door, timeout=PATIENCE)
    with contextlib.closing(link):
        link.request("GET", path)
        answer = link.getresponse()
        assert answer.read1(100) == b"data: one\n\n"
        Mirror.go_on.set()
        assert b"data: two" in answer.read()
