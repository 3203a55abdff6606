"""The written steps make exactly the tables the models describe, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from chassis.testing import database, settings


@pytest.mark.slow
@pytest.mark.parametrize(
    "server", ["", pytest.param("postgresql://postgres@127.0.0.1:5432/postgres", marks=pytest.mark.real)]
)
def test_an_upgrade_from_nothing_makes_what_the_models_say(tmp_path, trusted, monkeypatch, server):
    monkeypatch.setenv("TEST_DATABASE_URL", os.environ.get("TEST_DATABASE_URL", server) if server else "")
    with database(tmp_path, "notify_steps") as url:
        own = settings("svc_notify", tmp_path, trusted, url)
        environment = {**os.environ, **{name.upper(): str(value) for name, value in own.items()}}
        for command in (["upgrade"], ["upgrade"], ["check"]):
            step = [sys.executable, "-m", "flask", "--app", "svc_notify", "db", *command]
            done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        assert "No new upgrade operations detected" in done.stdout + done.stderr
