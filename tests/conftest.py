"""Whole installations for the tests across services."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.engines import EngineMissing, install
from deploy.running import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One running installation on the embedded engines, without demo orders, shared by the tests of a run."""
    with System(tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture(scope="session")
def real_system() -> Iterator[System]:
    """The same on PostgreSQL, RabbitMQ and Redis of its own."""
    try:
        install()
    except EngineMissing as missing:
        pytest.skip(str(missing))
    with open_folder() as folder, System(folder, engines="real") as running:
        yield running


@contextmanager
def open_folder() -> Iterator[Path]:
    """PostgreSQL runs as its own user and must get through; every start of pytest closes pytest's own folder again."""
    with tempfile.TemporaryDirectory(prefix="zc-real-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    candidates = [
        os.environ.get("CHROMIUM", ""),
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ]
    found = next((path for path in candidates if path and Path(path).exists()), None)
    return found or pytest.skip("no Chromium on this machine; apt-get install chromium")
