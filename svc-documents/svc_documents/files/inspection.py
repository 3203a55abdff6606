"""Is this upload what it claims to be, and is it harmless? The parsing happens in a process with limits."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.problems import BadForm, TooMany, UnsupportedType

SECONDS = 15
AT_ONCE = 2
PATIENCE = 10.0
PROBLEMS = {"unsupported": UnsupportedType, "refused": BadForm}
BUSY = "Sedang banyak berkas yang diperiksa. Coba unggah lagi sebentar lagi."
TOO_COMPLEX = "Berkas rusak atau terlalu rumit untuk diperiksa. Simpan ulang berkas lalu unggah kembali."

_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Clean:
    path: Path
    media_type: str
    extension: str


def inspect(source: Path, folder: Path) -> Clean:
    """A normalised copy of `source` in `folder`, without active content and hidden facts. Raises a Problem in words."""
    target = folder / "clean"
    with _turn():
        verdict = _ask_sandbox(source, target)
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


def _ask_sandbox(source: Path, target: Path) -> dict[str, str]:
    command = [sys.executable, "-m", f"{__package__}.sandbox", str(source.resolve()), str(target)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=SECONDS, check=True, cwd=target.parent, env=_environment()
        )
        verdict: dict[str, str] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"reason": TOO_COMPLEX, "kind": "refused"}
    return verdict


def _environment() -> dict[str, str]:
    """Nothing of the service's settings reaches the parser."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1"}
