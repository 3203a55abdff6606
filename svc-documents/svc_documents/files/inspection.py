"""Is this upload what it claims to be, and is it harmless? The parsing happens in a process with limits."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.problems import BadForm, TooMany, UnsupportedType

from .sandbox.sentences import BUSY, TOO_COMPLEX

SECONDS = 15
AT_ONCE = 2
PATIENCE = 10.0
PROBLEMS = {"unsupported": UnsupportedType, "refused": BadForm}

_places = threading.BoundedSemaphore(AT_ONCE)


class SandboxFailed(Exception):
    """The parser died, took too long, or said nothing."""


@dataclass(frozen=True)
class Clean:
    path: Path
    media_type: str
    extension: str


def inspect(source: Path, folder: Path) -> Clean:
    """A normalised copy of `source` in `folder`, without active content and hidden facts. Raises a Problem in words."""
    target = folder / "clean"
    with _turn():
        try:
            verdict = _ask_sandbox("clean", source, target)
        except SandboxFailed:
            verdict = {"reason": TOO_COMPLEX, "kind": "refused"}
    if "reason" in verdict:
        raise PROBLEMS[verdict["kind"]](verdict["reason"], errors={"file": [verdict["reason"]]})
    return Clean(target, verdict["media_type"], verdict["extension"])


@contextmanager
def _turn() -> Iterator[None]:
    """Few parsers at once: a crowd of uploads waits its turn instead of filling the memory."""
    if not _places.acquire(timeout=PATIENCE):
        raise TooMany(BUSY, headers={"Retry-After": "5"})
    try:
        yield
    finally:
        _places.release()


def draw(source: Path, target: Path, media_type: str, number: int) -> int:
    """Page `number` (from 1; none for 0) of `source` as PNG in `target`; how many pages there are."""
    with _turn():
        return int(_ask_sandbox("draw", source, target, media_type, str(number))["pages"])


def check_seal(source: Path, certificates: Path) -> str:
    """What is to be said of the office's seal on a PDF of anybody's."""
    with _turn():
        try:
            return str(_ask_sandbox("seal", source, certificates)["seal"])
        except SandboxFailed:
            return "unreadable"


def _ask_sandbox(task: str, source: Path, target: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"{__package__}.sandbox", task, str(source.resolve()), str(target), *more]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=SECONDS, check=True, cwd=target.parent, env=_environment()
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise SandboxFailed(task) from error
    return answer


def _environment() -> dict[str, str]:
    """Nothing of the service's settings reaches the parser."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1"}
