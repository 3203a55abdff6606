"""Where an installation keeps what a backup holds."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from deploy.processes import PEERS

RESTORED = "restored.json"


@dataclass(frozen=True)
class Place:
    var: Path
    database: str = ""
    """Address of PostgreSQL with `{service}` in it; empty for the embedded databases in `var`."""

    @classmethod
    def here(cls, var: Path, database: str = "") -> "Place":
        """What runs on `var` says where its databases are, unless the caller does."""
        state = var / "system.json"
        running = json.loads(state.read_text())["engines"] if state.exists() else {}
        return cls(var.resolve(), database or running.get("database", ""))

    @property
    def engines(self) -> str:
        return "postgresql" if self.database else "embedded"

    def addresses(self) -> dict[str, str]:
        """Services first, then bus and jobs: who holds a service's database may be waiting for those."""
        if self.database:
            return {service: self.database.replace("{service}", service) for service in PEERS}
        return {name: f"sqlite:///{self.var / name}.db" for name in (*PEERS, "bus", "jobs")}

    def folders(self) -> dict[str, Path]:
        """What is kept in files; `files` last, as it must hold whatever a copied database names."""
        found = {"anchors": self.var / "anchors", "keys": self.var / "keys", "files": self.var / "files"}
        settings = {"anchors": "ANCHOR_DIR", "keys": "KEYS_DIR", "files": "FILES_DIR"}
        return {name: Path(os.environ.get(settings[name]) or folder) for name, folder in found.items()}

    @property
    def secrets(self) -> Path:
        return self.var / "secrets.json"


def names_in(folder: Path) -> list[str]:
    """Every whole file, also in folders below."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".part")
    return sorted(str(path.relative_to(folder)) for path in paths)
