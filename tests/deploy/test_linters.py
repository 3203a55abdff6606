"""What others say about the recipes."""

import subprocess
from pathlib import Path

import pytest

from deploy import kubectl
from deploy.paths import BIN, ROOT


def said(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=ROOT)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_hadolint_has_no_complaint_about_the_image() -> None:
    assert said(BIN / "hadolint", "deploy/Dockerfile") == ""


def test_compose_lint_finds_nothing_dangerous() -> None:
    assert said(BIN / "compose-lint", "docker-compose.yml") == ""


@pytest.mark.parametrize("overlay", ["demo", "production"])
def test_the_manifests_are_what_kubernetes_understands(overlay: str, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(kubectl.build(f"overlays/{overlay}"))

    assert said(BIN / "kubernetes-validate", "--strict", "--quiet", "-k", "1.32", tmp_path / "all.yaml") == ""
