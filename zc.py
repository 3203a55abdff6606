#!/usr/bin/env python3
"""Everything there is to do with a checkout, with nothing but Python 3.11: `python3 zc.py <command>`. `make` wraps it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from deploy import checks, install, launcher, requirements, schema, suites  # noqa: E402 - the path comes first
from deploy.installation import FIRST_PORT  # noqa: E402
from deploy.paths import PYTHON, VAR  # noqa: E402


def run() -> int:
    """start the whole system on PORT (8080), with its data in ZC_VAR (var/); ENGINES=real, VERBOSE=1"""
    var, port = Path(os.environ.get("ZC_VAR") or VAR), int(os.environ.get("PORT") or FIRST_PORT)
    launcher.run(var, port, os.environ.get("ENGINES") or "embedded", demo=True, quiet=False)
    return 0


def smoke() -> int:
    """take one order from registration to the report through the API of BASE (http://127.0.0.1:8080)"""
    base = os.environ.get("BASE") or "http://127.0.0.1:8080"
    return subprocess.run([PYTHON, "-m", "deploy.smoke", base], cwd=ROOT, check=False).returncode


def backup() -> int:
    """back up the running system of ZC_VAR into the empty folder DIR; KEY=<key file> seals it"""
    return _backup("take")


def restore() -> int:
    """restore the backup in DIR into the empty ZC_VAR and compare; KEY=<key file> opens it"""
    return _backup("restore")


def _backup(act: str) -> int:
    if not (folder := os.environ.get("DIR")):
        print("say where: DIR=<folder>", file=sys.stderr)
        return 2
    return subprocess.run([PYTHON, "-m", "deploy.backup", act, folder], cwd=ROOT, check=False).returncode


def test() -> int:
    """run all tests on both sets of engines; ONLY="svc-testing gateway" runs some"""
    return suites.complete(os.environ.get("ONLY", "").split())


def bench() -> int:
    """print ratios of what is ours to the usual way, both measured now; `bench lists` (or ONLY=lists) runs some; SIZE=release"""
    names = os.environ.get("ONLY", "").split()
    return subprocess.run([PYTHON, "-m", "bench", *names], cwd=ROOT, check=False).returncode


def chaos() -> int:
    """kill everything while orders are on their way, then count what is lost; SIZE=ci|release, ENGINES=real|embedded, PART=<percent>"""
    return subprocess.run([PYTHON, "-m", "bench.chaos"], cwd=ROOT, check=False).returncode


def setup() -> int:
    """make .venv, install the pinned packages, fetch the front-end; the others do it by themselves"""
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "setup": setup,
    "run": run,
    "quick": suites.quick,
    "test": test,
    "smoke": smoke,
    "backup": backup,
    "restore": restore,
    "chaos": chaos,
    "bench": bench,
    "check": checks.check,
    "lint": checks.lint,
    "types": checks.types,
    "contracts": checks.contracts,
    "docs": checks.docs,
    "docs-check": checks.docs_check,
    "migrate": schema.migrate,
    "migration": schema.migration,
    "lock": requirements.lock,
}


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "help"
    if wanted in ("backup", "restore") and len(sys.argv) == 3:
        os.environ["DIR"] = str(Path(sys.argv.pop()).resolve())
    elif wanted == "bench" and len(sys.argv) > 2:
        os.environ["ONLY"] = " ".join(sys.argv[2:])
        del sys.argv[2:]
    wanted = wanted if len(sys.argv) == 2 else "help"
    if wanted not in COMMANDS:
        for name, command in COMMANDS.items():
            print(f"  {name:<10} {(command.__doc__ or '').splitlines()[0]}")
        return 0 if wanted == "help" else 2
    install.setup()
    try:
        return COMMANDS[wanted]()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
