"""One installation: its folder, its ports, its secrets, and the environment of each of its processes."""

import contextlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.processes import PEERS, Process

FIRST_PORT = 8080
# the demonstration and the smoke test do a day's work of a whole office in a minute, from one address
GENEROUS = {
    "LIMIT_API": "6000/minute",
    "LIMIT_LOGIN": "1000/15 minutes",
    "LIMIT_REGISTRATION": "200/hour",
    "REGISTRATIONS_PER_HOUR": "200",  # counted by identity itself
}
# every open event stream holds a thread of notify; calls must find one beside them
STREAMING = {"WEB_THREADS": "24"}
OURS = (
    "DATABASE_URL",
    "BUS_URL",
    "CELERY_BROKER_URL",
    "KEY_FILE",
    "TRUST_DIR",
    "PEERS",
    "PUBLIC_URL",
    "SECRET_KEY",
    "FLASK_APP",
)


class PortTaken(Exception):
    """Somebody else listens on the gateway's port."""


@dataclass
class Installation:
    var: Path
    port: int
    ports: dict[str, int]
    engines: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def choose(cls, var: Path, port: int, engines: dict[str, str], settings: dict[str, str]) -> "Installation":
        """`port` is the gateway's (0: any free one). The others follow it where they are free."""
        with _held(port) as door:
            if port and not door:
                raise PortTaken(f"port {port} of 127.0.0.1 is taken; choose another with PORT=…")
            with contextlib.ExitStack() as held:
                ports = {}
                for number, name in enumerate(PEERS, start=1):
                    wished = held.enter_context(_held(port + number)) if port else 0
                    ports[name] = wished or held.enter_context(_held(0))
            return cls(var.resolve(), door, ports, engines, settings)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> Path:
        return self.var / "keys"

    @property
    def seal(self) -> Path:
        return self.keys / "seal.pem"

    @property
    def anchors(self) -> Path:
        """Outside every database; an operator mounts a place here that can only be appended to."""
        return Path(os.environ.get("ANCHOR_DIR", self.var / "anchors"))

    def port_of(self, process: Process) -> int:
        return self.port if process.service == "gateway" else self.ports[process.service]

    def command_of(self, process: Process) -> tuple[str, ...]:
        if not process.has_port:
            return process.command
        return tuple(part.replace("{port}", str(self.port_of(process))) for part in process.command)

    def environment_of(self, service: str) -> dict[str, str]:
        """The variables of docs/chassis.md; what the caller's own environment says about them is not inherited."""
        issuer = "gateway" if service == "gateway" else f"svc-{service}"
        is_demo = os.environ.get("ENVIRONMENT", "demo") == "demo"
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        return {
            "ENVIRONMENT": "demo",
            "OFFICE_TIMEZONE": "Asia/Pontianak",
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
            **(GENEROUS if service in ("gateway", "identity") and is_demo else {}),
            **(STREAMING if service == "notify" else {}),
            **inherited,
            "PUBLIC_URL": self.base_url,
            "PEERS": ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in self.ports.items()),
            "KEY_FILE": str(self.keys / f"{issuer}.json"),
            "TRUST_DIR": str(self.keys / "public"),
            "ANCHOR_DIR": str(self.anchors),
            **({} if service == "gateway" else self._engines_of(service)),
            **self.secrets_of(service),
            **self.settings,
        }

    def _engines_of(self, service: str) -> dict[str, str]:
        found = {
            "DATABASE_URL": self.engines.get("database", f"sqlite:///{self.var}/{{service}}.db").replace(
                "{service}", service
            ),
            "BUS_URL": self.engines.get("bus", f"sqlite:///{self.var}/bus.db"),
        }
        if service == "documents":
            found["CELERY_BROKER_URL"] = self.engines.get("jobs", f"lite:///{self.var}/jobs.db")
            found["FILES_DIR"] = str(self.var / "files")
            found["SEAL_FILE"] = str(self.seal)
        return found

    def secrets_of(self, service: str) -> dict[str, str]:
        if service == "gateway":
            return {"SECRET_KEY": self._secrets()["gateway"]}
        return {}

    def _secrets(self) -> dict[str, str]:
        """Made at random once, kept in a file only its owner may read."""
        path = self.var / "secrets.json"
        if not path.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps({"gateway": secrets.token_urlsafe(48)}))
        found: dict[str, str] = json.loads(path.read_text())
        return found


@contextlib.contextmanager
def _held(port: int) -> Iterator[int]:
    """Yields the port while nobody else can get it, 0 when somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            yield 0
        else:
            yield probe.getsockname()[1]
