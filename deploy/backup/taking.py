"""Takes a backup of an installation that goes on working."""

import json
import platform
import sqlite3
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.backup import oracle
from deploy.backup.databases import Snapshot, moment
from deploy.backup.place import Place, names_in
from deploy.backup.seal import Box, read_file
from deploy.engines import _postgresql as program
from deploy.paths import ROOT

FORMAT = 1
MANIFEST = "manifest.json"

Manifest = dict[str, Any]


def take(place: Place, folder: Path, key: bytes | None) -> Manifest:
    """The manifest is written last: a folder without one is no backup."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    box, contents, facts = Box(folder, key), dict[str, dict[str, str | int]](), oracle.Facts()
    _copy(box, place, "anchors", contents)  # before the databases: every head in them is in the databases too
    _copy(box, place, "keys", contents)
    if place.secrets.exists():
        contents["secrets.json"] = box.put("secrets.json", read_file(place.secrets))
    with moment(place.addresses()) as (at, snapshots):
        for snapshot in snapshots:
            name = f"databases/{snapshot.name}"
            contents[name] = box.put(name, snapshot.dump())
        facts |= oracle.of_databases(snapshots)
        schema = _schema(snapshots)
    _copy(
        box, place, "files", contents
    )  # after them: a file is written before the row that names it, and never changed
    facts |= {name: str(kept["sha256"]) for name, kept in contents.items() if not name.startswith("databases/")}
    manifest = {
        "format": FORMAT,
        "taken_at": at.isoformat(),
        "engines": place.engines,
        "versions": _versions(place),
        "schema": schema,
        "contents": contents,
        "facts": facts,
    }
    box.put(MANIFEST, [json.dumps(manifest, indent=1).encode()])
    return manifest


def _copy(box: Box, place: Place, label: str, contents: dict[str, dict[str, str | int]]) -> None:
    folder = place.folders()[label]
    for name in names_in(folder):
        contents[f"{label}/{name}"] = box.put(f"{label}/{name}", _whole(folder / name, label))


def _whole(path: Path, label: str) -> Iterator[bytes]:
    """Anchors are copied as far as their last whole line."""
    if label != "anchors":
        yield from read_file(path)
        return
    text = path.read_bytes()
    yield text[: text.rfind(b"\n") + 1]


def _schema(snapshots: list[Snapshot]) -> dict[str, list[str]]:
    with_one = (snapshot for snapshot in snapshots if "alembic_version" in snapshot.tables())
    return {
        snapshot.name: sorted(row.strip("()',") for row in snapshot.rows("alembic_version")) for snapshot in with_one
    }


def _versions(place: Place) -> dict[str, str]:
    found = {
        "zerocalls": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "commit": _said("git", "-C", str(ROOT), "rev-parse", "HEAD"),
    }
    return found | ({"pg_dump": _said(program("pg_dump"), "--version")} if place.database else {})


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def taken_at(manifest: Manifest) -> datetime:
    return datetime.fromisoformat(manifest["taken_at"])
