"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
VAR = ROOT / "var"
GATEWAY = ROOT / "gateway"
VENDOR = GATEWAY / "gateway" / "static" / "vendor"

SERVICES = sorted(path.name.removeprefix("svc-") for path in ROOT.glob("svc-*") if path.is_dir())
"""Every service of this checkout: the folders decide."""


def python_path() -> list[Path]:
    """Folders that hold one importable package each."""
    return [ROOT / "chassis", GATEWAY, *(ROOT / f"svc-{name}" for name in SERVICES)]
