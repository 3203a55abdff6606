from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collector import collecting
from watched import Watched

from deploy.client import Person
from deploy.paths import PYTHON, ROOT
from deploy.running import System
from deploy.walk import PASSWORD


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with collecting() as collector:
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        with System(tmp_path_factory.mktemp("watched"), **settings) as system:
            walk = [PYTHON, "-m", "deploy.smoke", system.base_url]
            subprocess.run(walk, cwd=ROOT, check=True, capture_output=True, timeout=240)
            admin = Person(system.base_url, "admin", PASSWORD)
            [order] = admin.get("/api/v1/testing/orders?limit=5")["items"]
            time.sleep(3)  # the last spans are told a second after they end
            yield Watched(system, collector, admin, order["id"])
