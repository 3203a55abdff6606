"""docker-compose.yml as Docker would read it: extended services and settings files taken in."""

import re
from pathlib import Path
from typing import Any

import yaml

from deploy.paths import ROOT

FILE = ROOT / "docker-compose.yml"

Service = dict[str, Any]


def services() -> dict[str, Service]:
    named = _read(FILE)["services"]
    return {name: _with_settings(_extended(service, FILE.parent)) for name, service in named.items()}


def document() -> dict[str, Any]:
    return _read(FILE)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def _extended(service: Service, folder: Path) -> Service:
    own = {**service, "env_file": _resolved(service.get("env_file", []), folder)}
    parent = own.pop("extends", None)
    if not parent:
        return own
    path = folder / parent["file"]
    return _merged(_extended(_read(path)["services"][parent["service"]], path.parent), own)


def _resolved(files: list[Any], folder: Path) -> list[Path]:
    paths = [(entry["path"], entry["required"]) if isinstance(entry, dict) else (entry, True) for entry in files]
    return [folder / path for path, required in paths if required]


def _merged(under: Service, over: Service) -> Service:
    """As for `extends`: tables are joined, lists follow each other (but a command is replaced), words are replaced."""
    found = dict(under)
    for key, value in over.items():
        before = found.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            found[key] = before | value
        elif isinstance(before, list) and isinstance(value, list) and key not in ("command", "test"):
            found[key] = before + value
        else:
            found[key] = value
    return found


def _with_settings(service: Service) -> Service:
    settings: dict[str, str] = {}
    for path in service["env_file"]:
        settings |= settings_of(path)
    own = {name: _interpolated(str(value)) for name, value in service.get("environment", {}).items()}
    return {**service, "image": _interpolated(service["image"]), "environment": settings | own}


def settings_of(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def _interpolated(text: str) -> str:
    """Nothing is set: the defaults count."""
    return re.sub(r"\$\{\w+(?::[-?]([^}]*))?\}", lambda found: found[1] or "", text)
