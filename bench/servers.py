"""Servers that are measured: each started on a free port, each stopped by the one who started it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.measure import cpu_seconds
from deploy.engines import free_port
from deploy.paths import BIN, PYTHON, ROOT

SECONDS = float(os.environ.get("SECONDS_PER_ROUND") or 2)
UP_WITHIN = 60.0


class Server:
    """`with Server(command, …) as server:`; `{port}` in the command is the port it got."""

    def __init__(
        self, command: list[str], *, ready: str = "/", env: Mapping[str, str] | None = None, log: Path
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        self._ready, self._env, self._log = ready, {**os.environ, **(env or {})}, log
        self.started_in = 0.0

    def __enter__(self) -> Server:
        began = time.monotonic()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while not answers(self.url + self._ready):
            if self.process.poll() is not None or time.monotonic() - began > UP_WITHIN:
                self.__exit__()
                raise RuntimeError(f"did not start: {self._command}\n{self._log.read_text()[-2000:]}")
            time.sleep(0.05)
        self.started_in = time.monotonic() - began
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self) -> int:
        return self.process.pid


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def gunicorn(application: str, *options: str, **more: Any) -> Server:
    command = [str(BIN / "gunicorn"), *options, "--bind", "127.0.0.1:{port}", application]
    return Server(command, **more)


def module(name: str, *arguments: str, **more: Any) -> Server:
    return Server([str(PYTHON), "-m", name, *arguments], **more)


class Nginx(Server):
    """One worker. `servers` is what stands in http {}, with `{port}` for the port."""

    def __init__(self, name: str, http: str, folder: Path) -> None:
        configuration = folder / f"{name}.conf"
        super().__init__(
            ["nginx", "-c", str(configuration), "-e", "stderr"], ready="/ready", log=folder / f"{name}.log"
        )
        text = f"""daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000; proxy_temp_path {folder}/{name}.tmp; proxy_cache_path {folder}/{name}.cache
keys_zone=checked:1m; client_body_temp_path {folder}/{name}.body; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
scgi_temp_path {folder}/s; {http.replace("{port}", str(self.port))} }}"""
        configuration.write_text(text)


def wrk(
    server: Server,
    path: str,
    *,
    connections: int = 16,
    headers: Mapping[str, str] | None = None,
    helper: Server | None = None,
) -> dict[str, float]:
    """Requests per second, p50 in ms, and the CPU per request in µs of the server and of the one that it asks."""
    pids = [one.pid for one in (server, helper) if one]
    if not shutil.which("wrk"):
        raise RuntimeError("wrk is missing (Debian: apt-get install wrk)")
    given = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{SECONDS:g}s", *given, server.url + path]
    before = cpu_seconds(*pids)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(*pids) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{server.url}{path}: {said}")
    requests = int(_found(r"(\d+) requests in", said))
    number, unit = _found(r"50%\s+([\d.]+)", said), _found(r"50%\s+[\d.]+(us|ms|s)", said)
    p50 = float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    return {"rps": float(_found(r"Requests/sec:\s+([\d.]+)", said)), "p50": p50, "cpu": used / requests * 1e6}


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"not in the answer: {pattern}\n{text}")
    return match[1]
