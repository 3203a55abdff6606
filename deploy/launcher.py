"""Brings a whole installation up on this machine and keeps it up until it is told to stop.

`python -m deploy.launcher [--var DIR] [--port N] [--engines embedded|real] [--demo] [--quiet]`
Port 0 takes free ports; `DIR/system.json` tells the address and the process ids while it runs.
"""

import argparse
import contextlib
import fcntl
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from deploy import accounts
from deploy.backup.place import RESTORED
from deploy.engines import Engines
from deploy.installation import FIRST_PORT, Installation, PortTaken
from deploy.loglines import Screen
from deploy.nursery import Nursery
from deploy.paths import PYTHON, ROOT, VAR
from deploy.processes import PEERS, Process, declared, flask
from deploy.supervisor import Failed, Stopped, Supervisor

UP_WITHIN = 90.0


class Launcher:
    def __init__(self, installation: Installation, engines: str, screen: Screen) -> None:
        self.installation = installation
        self.processes = declared(engines)
        self.screen = screen
        self.state = installation.var / "system.json"
        self.is_up = self.is_settled = False
        # the folder of the keys tells whoever looks at a process which installation it belongs to
        self.nursery = Nursery({**os.environ, "TRUST_DIR": str(installation.keys / "public")})
        self.supervisor = Supervisor(installation.var / "log", screen, self.nursery, self._write_state)

    def run(self, *, demo: bool) -> None:
        try:
            self.supervisor.listen()
            self._prepare()
            self._start()
            if demo:
                self.screen.print(accounts.table())
                self._announce("the demo's orders follow where there are none yet")
                self._seed_orders()
            self.is_settled = True  # nothing of the launcher's own goes on any more
            self._write_state()
            self._announce("stop: Ctrl-C")
            while True:
                self.supervisor.mend()
                self.supervisor.pause(0.1)
        except Stopped:
            self.screen.say("stopping")
        finally:
            self.supervisor.stop()
            self.state.unlink(missing_ok=True)
        self.screen.say("stopped; the data stays in " + _shown(self.installation.var))

    def _prepare(self) -> None:
        """Keys once; then tables, reference data and queues of each service, which change nothing when they are there."""
        here = self.installation
        here.secrets_of("gateway")
        issuers = ["gateway", *(f"svc-{service}" for service in PEERS)]
        if not all(path.exists() for path in (here.seal, *(here.keys / f"{issuer}.json" for issuer in issuers))):
            self.screen.say("making keys")
            make = (str(PYTHON), "-m", "deploy.keys", str(here.keys), *issuers)
            self.supervisor.run_chains({"keys": [(make, {**os.environ, "PYTHONPATH": str(ROOT)})]})
        self.screen.say("databases and reference data")
        self.supervisor.run_chains({f"{service}.setup": self._steps(service) for service in PEERS})

    def _steps(self, service: str) -> list[tuple[tuple[str, ...], dict[str, str]]]:
        environment = {**self.installation.environment_of(service), "LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        return [((str(PYTHON), "-m", "deploy.prepare", service), environment)]

    def _start(self) -> None:
        started: dict[str, Process] = {}
        for process in self.processes:
            self._wait_for([started[name] for name in process.needs])
            command = self.installation.command_of(process)
            environment = self.installation.environment_of(process.service)
            self.supervisor.start(process.name, command, environment, is_warm=process.is_warm)
            started[process.name] = process
        self._wait_for(self.processes)
        self._catch_up()
        self.is_up = True
        self._write_state()
        self.screen.say(f"{len(self.processes)} processes are up")

    def _catch_up(self) -> None:
        """After a restore: what was on its way between the services when the backup was taken."""
        restored = self.installation.var / RESTORED
        if not restored.exists():
            return
        taken_at = json.loads(restored.read_text())["taken_at"]
        self.screen.say(f"restored as of {taken_at}: fetching what was on its way then")
        command = ("catch-up", taken_at)
        chains = {
            f"{name}.catch-up": [(flask(name, *command), self.installation.environment_of(name))] for name in PEERS
        }
        self.supervisor.run_chains(chains)
        restored.unlink()

    def _wait_for(self, processes: list[Process]) -> None:
        waiting = [process for process in processes if process.has_port]
        until = time.monotonic() + UP_WITHIN
        while waiting:
            for process in list(waiting):
                child = self.supervisor.children[process.name]
                if child.process.poll() is not None:
                    raise Failed(self.supervisor.describe(child))
                if _answers(f"http://127.0.0.1:{self.installation.port_of(process)}/readyz"):
                    waiting.remove(process)
            if time.monotonic() > until:
                names = ", ".join(process.name for process in waiting)
                raise Failed(f"not ready after {UP_WITHIN:.0f} s: {names}; see {_shown(self.installation.var / 'log')}")
            self.supervisor.pause(0.1)

    def _seed_orders(self) -> None:
        """The demo's orders, made by real acts through the API; only where there is none yet."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        demo = self.supervisor.start(
            "demo", (str(PYTHON), "-m", "deploy.demo", self.installation.base_url), environment
        )
        while demo.process.poll() is None:
            self.supervisor.pause(0.1)
        del self.supervisor.children["demo"]
        if demo.process.returncode:
            self.screen.print(self.supervisor.describe(demo))

    def _announce(self, more: str) -> None:
        base = self.installation.base_url
        self.screen.say(f"up at {base}   API: {base}/api/docs   {more}")

    def _write_state(self) -> None:
        children = self.supervisor.children.items()
        processes = {name: {"pid": child.process.pid, "restarts": child.restarts} for name, child in children}
        state = {
            "base_url": self.installation.base_url,
            "up": self.is_up,
            "settled": self.is_settled,
            "pid": os.getpid(),
            "nursery": self.nursery.pid,
            "ports": self.installation.ports,
            "engines": self.installation.engines,
            "processes": processes,
        }
        fresh = self.state.with_suffix(".fresh")
        fresh.write_text(json.dumps(state, indent=1))
        fresh.replace(self.state)


def run(
    var: Path,
    port: int,
    engines: str,
    *,
    demo: bool,
    quiet: bool,
    settings: dict[str, str] | None = None,
    addresses: dict[str, str] | None = None,
) -> None:
    """`addresses` names engines that somebody else keeps; without them the real ones are started here."""
    screen = Screen(quiet=quiet, verbose=bool(os.environ.get("VERBOSE")))
    var.mkdir(parents=True, exist_ok=True)
    with _alone(var), contextlib.ExitStack() as stack:
        addresses = dict(addresses or {})
        if engines == "real" and not addresses:
            screen.say("starting PostgreSQL, RabbitMQ and Redis")
            addresses = stack.enter_context(Engines(var / "engines")).addresses(PEERS)
        try:
            installation = Installation.choose(var, port, addresses, settings or {})
            Launcher(installation, engines, screen).run(demo=demo)
        except (Failed, PortTaken) as failure:
            sys.exit(str(failure))


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def _alone(var: Path) -> Iterator[None]:
    """One launcher per folder."""
    with (var / "launcher.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"already running on {_shown(var)}; choose another folder with ZC_VAR=…")
        yield


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--var", type=Path, default=Path(os.environ.get("ZC_VAR") or VAR))
    asked.add_argument("--port", type=int, default=int(os.environ.get("PORT") or FIRST_PORT))
    asked.add_argument("--engines", choices=("embedded", "real"), default=os.environ.get("ENGINES") or "embedded")
    asked.add_argument("--demo", action="store_true")
    asked.add_argument("--quiet", action="store_true", help="process output to the log files only")
    asked.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting for every process")
    asked.add_argument("--addresses", type=json.loads, metavar="JSON", help="real engines that run already")
    given = asked.parse_args()
    settings = dict(pair.split("=", 1) for pair in given.set)
    run(
        given.var,
        given.port,
        given.engines,
        demo=given.demo,
        quiet=given.quiet,
        settings=settings,
        addresses=given.addresses,
    )


if __name__ == "__main__":
    main()
