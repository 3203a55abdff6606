"""A whole installation for a test: started on free ports by the launcher, in a folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.paths import ROOT

UP_WITHIN = 180.0


class System:
    """`with System(folder) as system:` → `system.base_url`. `system.pid_of("testing.web")` may be killed: it comes back."""

    def __init__(
        self,
        var: Path,
        *,
        engines: str = "embedded",
        demo: bool = False,
        addresses: dict[str, str] | None = None,
        **settings: str,
    ) -> None:
        """`addresses`: real engines that the caller keeps (`Engines.addresses`), and may kill."""
        self.var = var
        options = ["--engines", engines, *(["--demo"] if demo else [])]
        options += [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
        options += ["--addresses", json.dumps(addresses)] if addresses else []
        self._command = [sys.executable, "-m", "deploy.launcher", "--var", str(var), "--port", "0", "--quiet", *options]
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "System":
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def start(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "launcher.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + UP_WITHIN
        while not self.is_up:
            if self.process.poll() is not None or time.monotonic() > until:
                said = (self.var / "launcher.log").read_text(errors="replace")[-3000:]
                self.stop()
                raise RuntimeError(f"the system did not come up:\n{said}")
            time.sleep(0.1)

    def stop(self) -> int:
        """Asks the launcher to end; returns its exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    @property
    def state(self) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self.var / "system.json").read_text())
            if self.process and found["pid"] == self.process.pid:
                return found
        return {"up": False, "settled": False, "processes": {}}

    @property
    def is_up(self) -> bool:
        return bool(self.state["up"])

    @property
    def is_settled(self) -> bool:
        """Up, and the demonstration's orders are made."""
        return bool(self.state["settled"])

    @property
    def base_url(self) -> str:
        return str(self.state["base_url"])

    def names(self) -> list[str]:
        return list(self.state["processes"])

    def pid_of(self, name: str) -> int:
        return int(self.state["processes"][name]["pid"])

    def url_of(self, service: str) -> str:
        return f"http://127.0.0.1:{self.state['ports'][service]}"

    def kill(self, name: str) -> int:
        """SIGKILL to the process and its children, as when memory runs out; returns the old process id."""
        pid = self.pid_of(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        return pid

    @contextlib.contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """These processes are gone, and stay gone until the end."""
        held = [self.var / "held" / name for name in names]
        for path in held:
            path.parent.mkdir(exist_ok=True)
            path.touch()
            self.kill(path.name)
        try:
            yield
        finally:
            for path in held:
                path.unlink(missing_ok=True)

    def log(self, name: str) -> str:
        return (self.var / "log" / f"{name}.log").read_text(errors="replace")
