from __future__ import annotations

import subprocess
import sys

FOREIGN = ("sqlalchemy", "flask_sqlalchemy", "pika", "celery", "kombu", "svc_", "chassis.db", "chassis.events")


def test_the_gateway_loads_no_database_no_broker_and_no_service() -> None:
    program = "import gateway, sys; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert "gateway.api" in loaded
    assert [name for name in loaded if name.startswith(FOREIGN)] == []
