"""Who may know whom is checked by import-linter; these tests show that the check bites."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "chassis": "chassis/chassis",
    "gateway": "gateway/gateway",
    **{f"svc_{name}": f"svc-{name}/svc_{name}" for name in ("billing", "documents", "identity", "notify", "testing")},
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the packages in which a test may break the rules."""
    copy = tmp_path_factory.mktemp("house")
    for name, source in PACKAGES.items():
        shutil.copytree(ROOT / source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house, *contracts):
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    command = [ROOT / ".venv/bin/lint-imports", "--no-cache", "--config", "pyproject.toml", *chosen]
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)


BREACHES = {
    "independent": ("svc_billing/breach.py", "import svc_testing"),
    "chassis": ("chassis/breach.py", "import svc_identity"),
    "gateway": ("gateway/breach.py", "import sqlalchemy"),
    "apart": ("svc_notify/breach.py", "import gateway"),
    "pika": ("svc_notify/breach.py", "import pika"),
    "models": ("svc_billing/models.py", "import svc_billing.routes"),
    "workflows": ("svc_testing/orders/workflow.py", "import svc_testing.orders.rules"),
    "rules": ("svc_identity/members/rules.py", "import svc_identity.members.routes"),
}


def test_the_house_as_it_stands_keeps_every_contract(house):
    found = lint(house)

    assert found.returncode == 0, found.stdout


def test_every_contract_has_its_breach():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    assert {contract["id"] for contract in contracts} == set(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_found(house, contract):
    name, line = BREACHES[contract]
    path = house / name
    kept = path.read_text() if path.exists() else None
    path.write_text((kept or "") + f"\n{line}\n")
    try:
        found = lint(house, contract)
    finally:
        path.unlink() if kept is None else path.write_text(kept)

    assert found.returncode == 1, found.stdout
    assert "1 broken" in found.stdout
