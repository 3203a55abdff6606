"""Sets a checkout up: virtual environment, packages, import path, front-end. Each step is skipped when nothing changed."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv

from deploy import frontend
from deploy.paths import PYTHON, ROOT, VENV, python_path

LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / ".installed"


def setup() -> None:
    started = time.monotonic()
    _require_python()
    _install_packages()
    _write_import_path()
    frontend.fetch()
    if (seconds := time.monotonic() - started) > 1:
        print(f"set up in {seconds:.0f} s", flush=True)


def _require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where older ones are told
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")


def _install_packages() -> None:
    fingerprint = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == fingerprint and PYTHON.exists():
        return
    if not PYTHON.exists():
        print("creating .venv", flush=True)
        _create_venv()
    print("installing the packages of requirements/dev.txt into .venv (only when it changes)", flush=True)
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--progress-bar=off",
        "--require-hashes",
        "-r",
        str(LOCK),
    ]
    _run_counting(pip)
    STAMP.write_text(fingerprint)


def _create_venv() -> None:
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        if not (shutil.which("apt-get") and os.geteuid() == 0):
            sys.exit("this Python lacks the module ensurepip; on Debian: apt-get install python3-venv")
        print("installing python3-venv", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "python3-venv"], check=True)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def _run_counting(pip: list[str]) -> None:
    """Runs pip and shows a line of progress now and then; its whole output only when it fails."""
    lines: list[str] = []
    with subprocess.Popen(pip, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        assert running.stdout
        for line in running.stdout:
            lines.append(line)
            found = sum(each.startswith("Collecting") for each in lines)
            if line.startswith("Collecting") and found % 20 == 0:
                print(f"  {found} packages fetched", flush=True)
            elif line.startswith("Installing collected"):
                print(f"  {found} packages fetched, unpacking", flush=True)
    if running.returncode:
        sys.exit("".join(lines[-60:]) + "pip failed; nothing else was changed")


def _write_import_path() -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folders = "".join(f"{folder}\n" for folder in python_path())
    packages = VENV / "lib" / version / "site-packages"
    if not packages.is_dir():
        packages = next((VENV / "lib").glob("python3*")) / "site-packages"
    target = packages / "zerocalls.pth"
    if not target.is_file() or target.read_text() != folders:
        target.write_text(folders)
