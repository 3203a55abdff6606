"""Lines of JSON that are on the disk before anybody goes on."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Journal:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()

    def write(self, what: str, **facts: Any) -> None:
        line = json.dumps({"what": what, "at": datetime.now(UTC).isoformat(), **facts}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def read(*paths: Path) -> Iterator[dict[str, Any]]:
    for path in paths:
        if path.exists():
            for line in path.read_text().splitlines():
                yield json.loads(line)
