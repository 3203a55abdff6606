"""One OpenAPI document of all services, and a page to read it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, render_template

from gateway.gate import Gate, current_gate
from gateway.targets import API
from gateway.upstreams import Unavailable, Upstream

Document = dict[str, Any]

FRESH_SECONDS = 60.0
VERBS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
COMPONENT_KINDS = ("schemas", "responses", "parameters", "requestBodies", "headers", "examples")

bp = Blueprint("openapi", __name__)


@bp.get(f"{API}/openapi.json")
def document() -> Response:
    shelf: Shelf = current_app.extensions["openapi"]
    return jsonify(shelf.merged(current_gate()))


@bp.get("/api/docs")
def docs() -> str:
    return render_template("api_docs.html", address=f"{API}/openapi.json")


class Shelf:
    """The last known document of each service; a service that is down keeps its place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Document] = {}
        self._missing: list[str] = []
        self._read_at = float("-inf")

    def merged(self, gate: Gate) -> Document:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS or self._missing:
                self._read(gate)
            return merge(self._known, missing=self._missing, address=gate.config.public_url)

    def _read(self, gate: Gate) -> None:
        upstreams = list(gate.upstreams)
        with ThreadPoolExecutor(len(upstreams) or 1) as pool:
            found = dict(zip([u.name for u in upstreams], pool.map(_fetch, upstreams), strict=True))
        self._known |= {name: content for name, content in found.items() if content is not None}
        self._missing = sorted(name for name, content in found.items() if content is None)
        self._read_at = time.monotonic()


def merge(documents: dict[str, Document], *, missing: list[str], address: str) -> Document:
    """Join documents by service name; names of components and operations get the service's name in front."""
    merged: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "ZEROCALLS",
            "version": "1",
            "description": "Semua layanan di balik satu pintu. Token diperoleh dari POST /api/v1/identity/sessions.",
        },
        "servers": [{"url": address}],
        "security": [{}, {"bearer": []}],
        "tags": [],
        "paths": {},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
    }
    for service, content in sorted(documents.items()):
        merged["tags"].append({"name": service, "description": content.get("info", {}).get("title", service)})
        renamed = _renamed(content, service)
        for path, item in _paths(renamed, service):
            merged["paths"][path] = _marked(item, service)
        for kind in COMPONENT_KINDS:
            for name, component in (renamed.get("components", {}).get(kind) or {}).items():
                merged["components"].setdefault(kind, {})[f"{service}.{name}"] = component
    if missing:
        merged["x-unavailable"] = missing
    return merged


def _fetch(upstream: Upstream) -> Document | None:
    try:
        with upstream.open("GET", "/openapi.json", headers={"Accept": "application/json"}) as exchange:
            content = json.loads(exchange.read()) if exchange.status == 200 else None
    except (Unavailable, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _renamed(node: Any, service: str) -> Any:
    """A copy with every reference pointing to the component's name in the joined document."""
    if isinstance(node, list):
        return [_renamed(part, service) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _reference(value, service) if key == "$ref" and isinstance(value, str) else _renamed(value, service)
        for key, value in node.items()
    }


def _reference(target: str, service: str) -> str:
    start, _, name = target.rpartition("/")
    return f"{start}/{service}.{name}" if target.startswith("#/components/") else target


def _paths(content: Document, service: str) -> Iterator[tuple[str, Document]]:
    """Paths as outsiders use them; what does not lie under the service's prefix cannot be reached from outside."""
    servers = content.get("servers") or [{}]
    prefix = urlsplit(servers[0].get("url", "")).path.rstrip("/")
    own = f"{API}/{service}"
    for path, item in content.get("paths", {}).items():
        full = path if path.startswith(f"{own}/") else prefix + path
        if full.startswith(f"{own}/") and not full.startswith(f"{own}/internal/"):
            yield full, item


def _marked(item: Document, service: str) -> Document:
    return {verb: _operation(part, service) if verb in VERBS else part for verb, part in item.items()}


def _operation(operation: Document, service: str) -> Document:
    marked = {**operation, "tags": [service]}
    marked.pop("security", None)
    if "operationId" in operation:
        marked["operationId"] = f"{service}.{operation['operationId']}"
    return marked
