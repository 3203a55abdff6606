"""Typed settings from the environment; every missing or malformed one is named at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from chassis import production


class BadSettings(Exception):
    """One line for each setting that is missing or malformed."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every process needs; a service adds its own fields in a subclass."""

    environment: str = "demo"
    database_url: str
    bus_url: str
    key_file: str
    trust_dir: str
    anchor_dir: str = ""
    celery_broker_url: str = ""
    peers: str = ""
    public_url: str = "http://127.0.0.1:8080"
    office_timezone: str = "Asia/Pontianak"
    log_level: str = "INFO"
    otel_exporter_otlp_endpoint: str = ""
    heartbeat_file: str = ""


def _boolean(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]


def _is_timezone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SENSE: dict[str, tuple[Callable[[str], bool], str]] = {
    "environment": (
        lambda name: name in ("demo", "production", "test"),
        "ENVIRONMENT must be demo, production or test",
    ),
    "office_timezone": (_is_timezone, "OFFICE_TIMEZONE is no zone of the tz database"),
    "log_level": (lambda level: level in LEVELS, f"LOG_LEVEL must be one of {', '.join(LEVELS)}"),
    "peers": (
        lambda text: all("=" in part for part in text.split(",") if part.strip()),
        "PEERS must be name=address,…",
    ),
}

_READERS: dict[str, Callable[[str], Any]] = {"str": str, "int": int, "float": float, "bool": _boolean}

S = TypeVar("S", bound=Settings)


def load(cls: type[S], environ: Mapping[str, str] | None = None, **overrides: Any) -> S:
    """Read `cls` from the environment: `NAME`, or the content of the file that `NAME_FILE` names.

    `overrides` win. Raises BadSettings with every fault.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    faults: list[str] = []
    source = {**environ, **_from_files(cls, environ, faults)}
    for field in fields(cls):
        name = field.name.upper()
        if field.name in overrides:
            values[field.name] = overrides[field.name]
        elif source.get(name) or (name in source and field.default is not MISSING):
            _read(field, source[name], values, faults)
        elif field.default is MISSING and not environ.get(f"{name}_FILE"):
            faults.append(f"{name} is missing")
    faults += production.faults(values, environ)
    faults += [sentence for name, (holds, sentence) in _SENSE.items() if name in values and not holds(values[name])]
    if faults:
        raise BadSettings("; ".join(faults))
    return cls(**values)


def _from_files(cls: type[Settings], environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Settings kept in files of their own, as secrets are."""
    found: dict[str, str] = {}
    for name in (field.name.upper() for field in fields(cls)):
        path = environ.get(f"{name}_FILE")
        if path and environ.get(name):
            faults.append(f"{name} and {name}_FILE are both set")
        elif path:
            try:
                found[name] = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{name}_FILE cannot be read: {error}")
            else:
                if not found[name]:
                    faults.append(f"{name}_FILE is empty: {path}")
    return found


def _read(field: Field[Any], text: str, values: dict[str, Any], faults: list[str]) -> None:
    kind = field.type if isinstance(field.type, str) else field.type.__name__
    try:
        values[field.name] = _READERS[kind](text)
    except (KeyError, ValueError):
        faults.append(f"{field.name.upper()} is not {kind}: {text!r}")


def peers(text: str) -> dict[str, str]:
    """`a=http://…,b=http://…` → {name: address}."""
    pairs = (part.split("=", 1) for part in text.split(",") if part.strip())
    return {name.strip(): address.strip().rstrip("/") for name, address in pairs}
