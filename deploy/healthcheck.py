"""`python -m deploy.healthcheck`: is the process in this container well? Web processes answer, others touch HEARTBEAT_FILE."""

import os
import sys
import time
import urllib.request
from pathlib import Path

STALE_SECONDS = 90.0


def main() -> int:
    if file := os.environ.get("HEARTBEAT_FILE"):
        return _is_stale(Path(file))
    return _is_silent(f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/healthz")


def _is_stale(file: Path) -> int:
    try:
        return int(time.time() - file.stat().st_mtime > STALE_SECONDS)
    except FileNotFoundError:
        return 1


def _is_silent(address: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=4) as answer:
            return int(answer.status != 200)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
