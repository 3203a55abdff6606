"""The whole order as a plain client of the public API walks it, on the embedded and on the real engines."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("engines", ["system", pytest.param("real_system", marks=pytest.mark.real)])
def test_an_order_is_walked_from_registration_to_the_collected_report(
    engines: str, request: pytest.FixtureRequest
) -> None:
    base = request.getfixturevalue(engines).base_url

    walked = subprocess.run(
        [sys.executable, "-m", "deploy.smoke", base], capture_output=True, text=True, timeout=240, check=False
    )

    assert walked.returncode == 0, walked.stdout[-3000:] + walked.stderr[-3000:]
    assert "SELESAI dalam" in walked.stdout
