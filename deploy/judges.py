"""Fetches the programs of others that judge the pages in tests; `tests/accessibility/package-lock.json` pins them with hashes."""

import hashlib
import subprocess
from pathlib import Path

from deploy.frontend import find_npm
from deploy.paths import ROOT

FOLDER = ROOT / "tests" / "accessibility"
PACKAGES = FOLDER / "node_modules"
STAMP = PACKAGES / ".made-from"


def fetch() -> Path:
    """The folder of the packages, up to date; nothing is fetched when the lock did not change."""
    fingerprint = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.is_file() or STAMP.read_text() != fingerprint:
        npm = [*find_npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        subprocess.run(npm, cwd=FOLDER, check=True)
        STAMP.write_text(fingerprint)
    return PACKAGES


def find_node() -> str:
    """The program beside npm."""
    return str(Path(find_npm()[0]).with_name("node"))


if __name__ == "__main__":
    print(fetch())
