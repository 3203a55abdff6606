"""What an installation that works for real refuses to start with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chassis.keys import is_for_demo

EMBEDDED = {"database_url": "sqlite", "bus_url": "sqlite", "celery_broker_url": "lite"}
"""Engines in files of one machine, by how their addresses begin."""

_OFF = ("", "0", "false", "no")


def faults(values: Mapping[str, Any], environ: Mapping[str, str]) -> list[str]:
    """One sentence for everything that belongs to a demonstration only; empty outside of production."""
    if values.get("environment") != "production":
        return []
    return [*_embedded(values), *_debug(environ), *_keys(values)]


def _embedded(values: Mapping[str, Any]) -> Iterator[str]:
    for name, scheme in EMBEDDED.items():
        if str(values.get(name, "")).startswith(scheme):
            yield f"{name.upper()} must not be {scheme} in production"


def _debug(environ: Mapping[str, str]) -> Iterator[str]:
    if environ.get("FLASK_DEBUG", "").lower() not in _OFF:
        yield "FLASK_DEBUG must be off in production"


def _keys(values: Mapping[str, Any]) -> Iterator[str]:
    folder = values.get("trust_dir")
    trusted = sorted(Path(folder).glob("*.json")) if folder else []
    own = [Path(values[name]) for name in values if name.endswith("key_file") and values[name]]
    for path in (*own, *trusted):
        if path.is_file() and any(is_for_demo(key["kid"]) for key in _keys_in(path)):
            yield f"{path} holds a key of the demonstration"


def _keys_in(path: Path) -> list[dict[str, str]]:
    found = json.loads(path.read_text())
    keys: list[dict[str, str]] = found.get("keys", [found])
    return keys
