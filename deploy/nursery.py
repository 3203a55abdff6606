"""The launcher's end of the warm parent (`deploy/warm.py`), from which processes are forked instead of started."""

import json
import os
import socket
import subprocess
from typing import IO

from deploy.paths import PYTHON, ROOT
from deploy.tether import call_prctl

LONGEST_REQUEST = 1 << 20
ANSWER_WITHIN = 60.0  # the first answer waits for the libraries
PR_SET_CHILD_SUBREAPER = 36


class Forked:
    """What subprocess.Popen is, for a process that was forked for us."""

    def __init__(self, pid: int, stdout: IO[bytes]) -> None:
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._collect(os.WNOHANG)

    def wait(self) -> int | None:
        return self._collect(0)

    def _collect(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


class Nursery:
    """`environment` is what `/proc/<pid>/environ` shows of each process, whatever it is told later."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = {**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def open(self) -> None:
        """Start loading; what is forked later becomes a child of this process."""
        call_prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(ANSWER_WITHIN)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST_REQUEST)
        with theirs:
            self._process = subprocess.Popen(
                [str(PYTHON), "-m", "deploy.warm", str(os.getpid()), str(theirs.fileno())],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def spawn(self, name: str, command: tuple[str, ...], environment: dict[str, str]) -> Forked:
        """`command` is `python -m module …`. A warm parent that has died is replaced first."""
        if self.pid is None:
            self.close()
            self.open()
        request = {"name": name, "arguments": command[2:], "environment": environment}
        reading, writing = os.pipe()
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], [writing])
            answer = self._socket.recv(100)
        finally:
            os.close(writing)
        if not answer:
            os.close(reading)
            raise ChildProcessError(f"the warm parent ended while it was to start {name}")
        return Forked(int(answer), os.fdopen(reading, "rb"))

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._socket.close()
            self._process = None
