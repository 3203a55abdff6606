"""A list page reads as much of the database with ten times the orders: counted in pages, so no clock decides."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from deploy.paths import PYTHON, ROOT

SMALL, LARGE = "2000", "20000"
MOST = 1.3


@pytest.mark.slow
@pytest.mark.real
def test_no_list_touches_more_pages_when_the_orders_grow_tenfold(postgresql_url):
    with tempfile.TemporaryDirectory(prefix="zc-pages-") as folder:
        Path(folder).chmod(0o755)  # the engine runs as a user of its own, whom pytest's own folders keep out
        done = subprocess.run(
            [PYTHON, "-m", "bench.pages", folder, SMALL, LARGE],
            cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]

    touched = json.loads(done.stdout.splitlines()[-1])

    assert len(touched[SMALL]) > 15
    grown = {name: (few, touched[LARGE][name]) for name, few in touched[SMALL].items()}
    assert not {name: pages for name, pages in grown.items() if pages[1] > pages[0] * MOST}
