"""Where bytes lie: a folder, one file for each key. A key is written once and never overwritten."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

CHUNK = 128 * 1024


@dataclass(frozen=True)
class Stored:
    key: str
    sha256: str
    size: int


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> Stored:
        """Durable when it returns. The key is random: no name and no content leads to it."""
        key = uuid.uuid4().hex
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        return Stored(key, hashlib.sha256(content).hexdigest(), len(content))

    def read(self, key: str) -> Iterator[bytes]:
        """Piece by piece, so that a large file never stands in memory."""
        with self._path(key).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def discard(self, key: str) -> None:
        """Only for bytes that no row names."""
        self._path(key).unlink(missing_ok=True)

    def keys_before(self, moment: datetime) -> Iterator[str]:
        """Keys of what was written before `moment`, also what a dying writer left half done."""
        for path in self._root.glob("??/*"):
            if path.stat().st_mtime < moment.timestamp():
                yield path.name

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key


def storage() -> Folder:
    return Folder(Path(current_app.config["FILES_DIR"]))
