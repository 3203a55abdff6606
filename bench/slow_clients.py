"""Slow clients, 200 of them: a page for everybody else behind nginx as deployed, at the gateway itself, at plain gunicorn threads (R15).

Slow heads, slow bodies and slow readers, a third each, every one from an address of its own; then the page as a quick client sees it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from bench.measure import IS_RELEASE, Report, percentile
from bench.servers import Server, gunicorn
from deploy.client import Person
from deploy.engines import free_port
from deploy.paths import ROOT
from deploy.running import System
from deploy.walk import PASSWORD

SLOW = 1000 if IS_RELEASE else 200
LOOKS = 40
PAGE = "/api/v1/testing/orders"
LARGE = "/static/vendor/tabler.css"
WITHIN = 0.2


def main(folder: Path) -> Report:
    report = Report("slow_clients")
    with System(folder / "var", LIMIT_API="1000000/minute") as system:
        token = str(Person(system.base_url, "pelanggan", PASSWORD)._http.headers["Authorization"])
        gateway_port = int(system.base_url.rsplit(":", 1)[1])
        with _nginx(folder, gateway_port) as front, _threads(folder, system) as threads:
            doors = {"behind nginx": front, "at the gateway itself": system.base_url, "gunicorn, 8 threads": threads}
            for name, base in doors.items():
                alone = _looks(base, token)
                with _slow_clients(base):
                    crowded = _looks(base, token)
                report.note(f"{name:<24} p95 alone {_ms(alone)}, among {SLOW} slow clients {_ms(crowded)}")
                if base == front:
                    report.goal("a page behind nginx, p95", percentile(crowded, 0.95), WITHIN, unit="s")
    return report


def _ms(seconds: list[float]) -> str:
    return f"{percentile(seconds, 0.95) * 1000:.0f} ms"


def _looks(base: str, token: str) -> list[float]:
    """A new connection each time; what takes longer than five seconds counts as five."""
    found = []
    for _ in range(LOOKS):
        began = time.monotonic()
        with contextlib.suppress(requests.RequestException):
            requests.get(base + PAGE, headers={"Authorization": token, "Connection": "close"}, timeout=5)
        found.append(time.monotonic() - began)
        if sum(found) > 30:
            break
        time.sleep(0.05)
    return found


@contextlib.contextmanager
def _slow_clients(base: str) -> Iterator[None]:
    host, port = base.removeprefix("http://").split(":")
    links = [_slow_client(number, host, int(port)) for number in range(SLOW)]
    until = time.monotonic() + 2  # let each be noticed; each says one byte more
    while time.monotonic() < until:
        for number, link in enumerate(links):
            if number % 3 != 2:
                with contextlib.suppress(OSError):
                    link.send(b"x")
        time.sleep(0.5)
    try:
        yield
    finally:
        for link in links:
            link.close()


def _slow_client(number: int, host: str, port: int) -> socket.socket:
    link = socket.socket()
    link.bind((f"127.0.{1 + number // 250}.{1 + number % 250}", 0))
    link.settimeout(5)
    match number % 3:
        case 0:
            said = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nX-Slow: "
        case 1:
            said = f"POST /masuk HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
        case _:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            said = f"GET {LARGE} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
    with contextlib.suppress(OSError):  # a server that takes nobody else leaves it waiting
        link.connect((host, port))
        link.send(said.encode())
    return link


@contextlib.contextmanager
def _nginx(folder: Path, gateway_port: int) -> Iterator[str]:
    """The deployed configuration with other ports and folders."""
    source, port = ROOT / "deploy" / "nginx", free_port()
    main_text = (source / "nginx.conf").read_text()
    for old, fresh in (
        (" /tmp/", f" {folder}/"),
        ("gateway-web:8080", f"127.0.0.1:{gateway_port}"),
        ("/etc/nginx/site.conf", f"{folder}/site.conf"),
        ("127.0.0.1:8081", f"127.0.0.1:{free_port()}"),
        ("/dev/stdout", "off;#"),
    ):
        main_text = main_text.replace(old, fresh)
    (folder / "nginx.conf").write_text("daemon off;\n" + main_text)
    site = (source / "plain.conf").read_text().replace("8080", f"127.0.0.1:{port}")
    (folder / "site.conf").write_text(site.replace("/etc/nginx/", f"{source}/"))
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    server = Server(command, ready="/", log=folder / "nginx.log")
    server.port, server.url = port, f"http://127.0.0.1:{port}"
    with server:
        yield server.url


@contextlib.contextmanager
def _threads(folder: Path, system: System) -> Iterator[str]:
    """The same gateway as gunicorn is usually run."""
    keys, ports = system.var / "keys", system.state["ports"]
    environment = {
        "PEERS": ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in ports.items()),
        "KEY_FILE": str(keys / "gateway.json"),
        "SECRET_KEY": "x" * 48,
        "LIMIT_API": "1000000/minute",
        "ENVIRONMENT": "demo",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "chassis"), str(ROOT / "gateway"))),
    }
    options = ("--worker-class", "gthread", "--threads", "8")
    with gunicorn(
        "gateway:create_app()", *options, env=environment, ready="/healthz", log=folder / "threads.log"
    ) as server:
        yield server.url
