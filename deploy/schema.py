"""Schema changes from the outside: all databases of an installation, or the next step of one service."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.installation import FIRST_PORT, Installation
from deploy.paths import BIN, PYTHON, ROOT, SERVICES, VAR
from deploy.processes import PEERS, flask


def migrate() -> int:
    """bring the databases in ZC_VAR to the newest schema (`make run` does it by itself)"""
    installation = Installation(Path(os.environ.get("ZC_VAR") or VAR).resolve(), FIRST_PORT, dict.fromkeys(PEERS, 0))
    make_keys(installation)
    for service in PEERS:
        print(f"migrating {service}", flush=True)
        subprocess.run(flask(service, "db", "upgrade"), env=installation.environment_of(service), check=True)
    return 0


def migration() -> int:
    """write the next schema change: SERVICE=testing M="Add …"; SERVICE=chassis for the tables every service has"""
    service, message = os.environ.get("SERVICE", ""), os.environ.get("M", "")
    if service not in (*SERVICES, "chassis") or not message:
        sys.exit(f'say SERVICE=… and M="…"; services: {", ".join(SERVICES)}, or chassis')
    host = SERVICES[0] if service == "chassis" else service
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), FIRST_PORT, dict.fromkeys(PEERS, 0))
        make_keys(installation)
        environment = {**installation.environment_of(host), "LOG_LEVEL": "WARNING"}
        subprocess.run(flask(host, "db", "upgrade"), env=environment, check=True)
        flags = ["--chassis"] if service == "chassis" else []
        subprocess.run([*flask(host, "db", "new", message), *flags], env=environment, check=True)
    written = (
        ROOT / ("chassis/chassis/migrations" if service == "chassis" else f"svc-{service}/migrations") / "versions"
    )
    for step in written.glob("[0-9]*.py"):
        kept = [line for line in step.read_text().splitlines(keepends=True) if not line.strip().startswith("# ###")]
        step.write_text("".join(kept))
    subprocess.run([BIN / "ruff", "format", "--quiet", written], check=True)
    return subprocess.run([BIN / "ruff", "check", "--quiet", "--fix", written], check=False).returncode


def make_keys(installation: Installation) -> None:
    issuers = ["gateway", *(f"svc-{service}" for service in PEERS)]
    make = [str(PYTHON), "-m", "deploy.keys", str(installation.keys), *issuers]
    subprocess.run(make, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
