"""Private PostgreSQL, RabbitMQ and Redis on free ports, with their data in one folder, gone when the program ends.

`with Engines(folder) as engines:` gives `engines.postgresql.url("name")`, `engines.rabbitmq.url()`, `engines.redis.url()`; each can be
killed (`kill()`) and started again (`start()`) by a test without touching anybody else's.
As a command it starts all three, prints their addresses as JSON and waits: `python -m deploy.engines [--folder DIR]`.
"""

import argparse
import contextlib
import glob
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

PACKAGES = {"postgresql": "postgresql", "rabbitmq": "rabbitmq-server", "redis": "redis-server"}
UP_WITHIN = 90.0


class EngineMissing(Exception):
    """The programs are not on this machine and cannot be installed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Engine:
    """One server process of our own. `kill` is a power cut, `stop` is polite; the data stay for the next `start`."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C.UTF-8"}

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def answers(self) -> bool:
        raise NotImplementedError

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        self.prepare()
        with (self.folder.parent / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_tied(), *self.command()],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.folder,
            )

    def wait(self) -> None:
        until = time.monotonic() + UP_WITHIN
        while not self.answers():
            if not self.is_running or time.monotonic() > until:
                log = (self.folder.parent / f"{self.name}.log").read_text(errors="replace")
                raise RuntimeError(f"{self.name} did not start:\n{log[-3000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to the server and all its children."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        if self._process and self.is_running:
            self._process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
        self.kill()


class PostgreSQL(Engine):
    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast": ends sessions, keeps the data whole

    def prepare(self) -> None:
        super().prepare()
        if (self.folder / "PG_VERSION").exists():
            return
        _give_to("postgres", self.folder)
        initdb = [
            _postgresql("initdb"),
            "-D",
            str(self.folder),
            "-U",
            "zerocalls",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run([*_as("postgres"), *initdb], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def command(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            "shared_buffers": "64MB",
            "log_min_messages": "warning",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*_as("postgres"), _postgresql("postgres"), "-D", str(self.folder), *options]

    def answers(self) -> bool:
        ready = [_postgresql("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return self.is_running and subprocess.run(ready, check=False).returncode == 0

    def url(self, database: str, role: str = "zerocalls") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def create(self, *databases: str) -> None:
        """One database and one role of the same name for each; those that exist stay as they are."""
        there = set(self.query("SELECT datname FROM pg_database").split())
        for name in databases:
            if name not in there:
                self.query(f'CREATE ROLE "{name}" LOGIN')
                self.query(f'CREATE DATABASE "{name}" OWNER "{name}"')
                self.query(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')

    def query(self, statement: str) -> str:
        psql = [
            _postgresql("psql"),
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
            self.url("postgres"),
        ]
        return subprocess.run(psql, check=True, capture_output=True, text=True).stdout


class RabbitMQ(Engine):
    name = "rabbitmq"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.distribution_port = free_port()
        self.epmd_port = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        super().prepare()
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(20))
            cookie.chmod(0o400)
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nvm_memory_high_watermark.absolute = 1GB\n"
            "disk_free_limit.absolute = 100MB\nlog.console = true\nlog.console.level = warning\nlog.file = false\n"
        )
        if self._epmd is None or self._epmd.poll() is not None:
            epmd = ["epmd", "-address", "127.0.0.1", "-port", str(self.epmd_port)]
            self._epmd = subprocess.Popen(
                [*_tied(), *epmd], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            _wait_for_port(self.epmd_port)

    def command(self) -> list[str]:
        return [_rabbitmq("rabbitmq-server")]

    def environment(self) -> dict[str, str]:
        where = str(self.folder)
        return {
            **super().environment(),
            "HOME": where,
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "zerocalls@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +S 2",
            "RABBITMQ_BASE": where,
            "RABBITMQ_MNESIA_BASE": f"{where}/node",
            "RABBITMQ_LOG_BASE": f"{where}/log",
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": f"{where}/none",
            "RABBITMQ_CONFIG_FILE": f"{where}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{where}/none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{where}/plugins",
            "RABBITMQ_PID_FILE": f"{where}/pid",
        }

    def answers(self) -> bool:
        """The listener opens last, and greets a wrong protocol header with its own."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
            link.sendall(b"AMQP\x00\x00\x00\x00")
            return link.recv(8).startswith(b"AMQP")
        return False

    def url(self, vhost: str = "%2f") -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}"

    def stop(self) -> None:
        super().stop()
        if self._epmd:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None


class Redis(Engine):
    name = "redis"

    def command(self) -> list[str]:
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
        }
        return ["redis-server", *(part for name, value in options.items() for part in (f"--{name}", str(value)))]

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
        return False

    def url(self, number: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{number}"


class Engines:
    """All three, in a folder that is kept, or in a scratch folder (`within` another) that is not."""

    def __init__(self, folder: Path | None = None, *, within: Path | None = None) -> None:
        self._is_scratch = folder is None
        self.folder = folder.resolve() if folder else Path(tempfile.mkdtemp(prefix="zc-engines-", dir=within))
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._is_scratch:
            self.folder.chmod(0o755)  # PostgreSQL runs as its own user and must get through
        self.postgresql = PostgreSQL(self.folder / "postgresql")
        self.rabbitmq = RabbitMQ(self.folder / "rabbitmq")
        self.redis = Redis(self.folder / "redis")

    @property
    def all(self) -> list[Engine]:
        return [self.postgresql, self.rabbitmq, self.redis]

    def __enter__(self) -> "Engines":
        install()
        try:
            for engine in self.all:
                engine.launch()
            for engine in self.all:
                engine.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        for engine in self.all:
            engine.stop()
        if self._is_scratch:
            shutil.rmtree(self.folder, ignore_errors=True)

    def addresses(self, services: Iterable[str]) -> dict[str, str]:
        """One database and one role per service; `{service}` in the address stands for its name."""
        self.postgresql.create(*(f"svc_{service}" for service in services))
        return {
            "database": self.postgresql.url("svc_{service}", role="svc_{service}"),
            "bus": self.rabbitmq.url(),
            "jobs": self.redis.url(),
        }


def install() -> None:
    """Debian's packages where something is missing and we are root; else EngineMissing says what."""
    missing = [PACKAGES[name] for name, found in _found().items() if not found]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise EngineMissing(f"not on this machine: {', '.join(missing)} (Debian packages; apt-get install as root)")
    print(f"installing {', '.join(missing)}", flush=True)
    quietly = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "RUNLEVEL": "1",
    }  # runlevel 1: Debian starts none of them
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", "-qq", *command], env=quietly, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineMissing(f"apt-get {command[0]} failed: {done.stderr[-800:]}")


def _found() -> dict[str, bool]:
    return {
        "postgresql": bool(glob.glob("/usr/lib/postgresql/*/bin/initdb") or shutil.which("initdb")),
        "rabbitmq": bool(glob.glob("/usr/lib/rabbitmq/bin/rabbitmq-server") or shutil.which("rabbitmq-server")),
        "redis": bool(shutil.which("redis-server")),
    }


def _postgresql(program: str) -> str:
    debian = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{program}"))
    return debian[-1] if debian else program


def _rabbitmq(program: str) -> str:
    debian = f"/usr/lib/rabbitmq/bin/{program}"  # the one in /usr/sbin changes the user
    return debian if Path(debian).exists() else program


def _as(user: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *_pdeathsig()]


def _tied() -> list[str]:
    """Dies with us, however we die."""
    return ["setpriv", *_pdeathsig()] if shutil.which("setpriv") else []


def _pdeathsig() -> list[str]:
    return ["--pdeathsig=TERM"]


def _give_to(user: str, folder: Path) -> None:
    if not os.geteuid():
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def _wait_for_port(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--folder", type=Path, help="keeps the data here; without it they go when the program ends")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt), Engines(given.folder) as engines:
        found = {
            "postgresql": engines.postgresql.url("postgres"),
            "rabbitmq": engines.rabbitmq.url(),
            "redis": engines.redis.url(),
        }
        print(json.dumps(found), flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
