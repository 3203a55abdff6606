"""What can be said about the code without running it, and the contracts between its parts."""

import subprocess
import time
from collections.abc import Sequence

from deploy.paths import BIN, PYTHON, ROOT, SERVICES

Command = Sequence[object]


def lint() -> int:
    """ruff, import-linter, djlint"""
    return _all(
        [BIN / "ruff", "check", "."],
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "lint-imports", "--no-cache"],
        [BIN / "djlint", "gateway/gateway/templates", "--lint", "--quiet"],
    )


def types() -> int:
    """mypy: strict for the chassis"""
    packages = [
        "chassis/chassis",
        "gateway/gateway",
        *(f"svc-{name}/svc_{name}" for name in SERVICES),
        "deploy",
        "zc.py",
    ]
    return _all([BIN / "mypy", *packages])


def contracts() -> int:
    """each event and each call between services, from both sides"""
    folders = ["chassis", "gateway", *(f"svc-{name}" for name in SERVICES)]
    found = [str(path) for name in folders for path in sorted((ROOT / name / "tests").glob("test_contracts*.py"))]
    return _all(*([BIN / "pytest", "-q", path] for path in found))


def docs() -> int:
    """write the generated pages of docs/ anew"""
    return _all([PYTHON, "-m", "deploy.pages"])


def docs_check() -> int:
    """whether the generated pages of docs/ are fresh"""
    return _all([PYTHON, "-m", "deploy.pages", "--check"])


def check() -> int:
    """lint, types, contracts, and whether the generated pages are fresh"""
    return max(lint(), types(), contracts(), docs_check())


def _all(*commands: Command) -> int:
    """Runs all of them, also after one failed; 1 when any did."""
    worst = 0
    for command in commands:
        words = [str(part) for part in command]
        started = time.monotonic()
        done = subprocess.run(words, cwd=ROOT, check=False).returncode
        name = " ".join(word.rsplit("/", 1)[-1] for word in words[:3])
        print(f"{'FAILED' if done else 'ok':<7}{name}  {time.monotonic() - started:.0f} s", flush=True)
        worst = worst or (1 if done else 0)
    return worst
