"""promtool of the machine, or the one out of Debian's prometheus package: the package itself is not installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.paths import VENV

KEPT = VENV / "bin" / "promtool"


class ToolMissing(Exception):
    """Neither here nor to be had."""


def program() -> Path:
    found = shutil.which("promtool")
    if found:
        return Path(found)
    if not KEPT.exists():
        _fetch()
    return KEPT


def _fetch() -> None:
    if not shutil.which("apt-get"):
        raise ToolMissing("no promtool on this machine; it comes with prometheus")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        done = subprocess.run(
            ["apt-get", "-qq", "download", "prometheus"], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolMissing(f"apt-get download prometheus failed: {done.stderr[-500:]}")
        (package,) = Path(folder).glob("*.deb")
        subprocess.run(["dpkg-deb", "--extract", str(package), folder], check=True)
        shutil.copy(Path(folder, "usr", "bin", "promtool"), KEPT)
