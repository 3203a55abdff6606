"""Kill points that are laid for one process."""

import os
import subprocess
import sys
from pathlib import Path

PASS = "from chassis.events.faults import kill_point; kill_point('relay.after_publish')"


def passing(folder: Path) -> int:
    environment = {**os.environ, "KILL_POINT_DIR": str(folder)}
    return subprocess.run([sys.executable, "-c", PASS], env=environment, check=False).returncode


def test_one_process_dies_for_each_kill_point_that_is_laid(tmp_path: Path) -> None:
    (tmp_path / "relay.after_publish").touch()

    assert [passing(tmp_path) for _ in range(2)] == [137, 0]
    assert [path.name.rsplit(".", 1)[0] for path in tmp_path.iterdir()] == ["relay.after_publish"]


def test_a_kill_point_of_another_name_kills_nobody(tmp_path: Path) -> None:
    (tmp_path / "relay.before_publish").touch()

    assert passing(tmp_path) == 0
