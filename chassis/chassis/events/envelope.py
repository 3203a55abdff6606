"""CloudEvents 1.0 in its JSON form: what crosses the border between services."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chassis.db import dumps

# attribute on the wire → field here, and the longest value that is stored
ATTRIBUTES = {
    "id": ("id", 100),
    "source": ("source", 100),
    "type": ("type", 200),
    "subject": ("subject", 200),
    "partitionkey": ("partition_key", 100),
    "correlationid": ("correlation_id", 100),
    "actor": ("actor", 100),
    "audience": ("audience", 10),
    "traceparent": ("traceparent", 100),
}
REQUIRED = {"id", "source", "type", "partitionkey"}
# CloudEvents extension: digits, as wide for every event, so that the text sorts like the number
SEQUENCE_WIDTH = 18


class BadEnvelope(Exception):
    """These bytes are no event."""


@dataclass(frozen=True)
class Event:
    """One fact. `data` is what the publisher said; inside a handler, what the handler's schema made of it.

    `sequence` counts what a source has said, over all its hosts; 0 when it does not count.
    """

    id: str
    type: str
    source: str
    time: datetime
    partition_key: str
    data: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    correlation_id: str = ""
    actor: str = ""
    audience: str = "internal"
    traceparent: str = ""
    sequence: int = 0

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def to_dict(self) -> dict[str, Any]:
        """The envelope; empty attributes are left out."""
        attributes = {name: value for name, (own, _) in ATTRIBUTES.items() if (value := getattr(self, own))}
        if self.sequence:
            attributes["sequence"] = f"{self.sequence:0{SEQUENCE_WIDTH}d}"
        return {
            "specversion": "1.0",
            **attributes,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": self.data,
        }

    def to_json(self) -> bytes:
        return dumps(self.to_dict()).encode()


def parse(body: bytes) -> Event:
    """Read an envelope. Raises BadEnvelope, and nothing else, on whatever is not one; unknown attributes are ignored."""
    try:
        document = json.loads(body)
        return _build(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadEnvelope(f"{type(error).__name__}: {error}") from error


def _build(document: dict[str, Any]) -> Event:
    if document["specversion"] != "1.0":
        raise ValueError(f"specversion {document['specversion']!r}")
    values: dict[str, str] = {}
    for name, (own, longest) in ATTRIBUTES.items():
        value = document[name] if name in REQUIRED else document.get(name) or ""
        if not isinstance(value, str) or len(value) > longest or (name in REQUIRED and not value):
            raise ValueError(f"{name} is malformed")
        if not value.isprintable():
            raise ValueError(f"{name} holds control characters")
        values[own] = value
    time = datetime.fromisoformat(document["time"])
    if time.tzinfo is None:
        raise ValueError("time has no zone")
    if not isinstance(document["data"], dict):
        raise ValueError("data is no object")
    values["audience"] = values["audience"] or "internal"
    return Event(time=time, data=document["data"], sequence=_sequence(document.get("sequence")), **values)


def _sequence(text: Any) -> int:
    if text is None:
        return 0
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= SEQUENCE_WIDTH):
        raise ValueError("sequence is malformed")
    return int(text)
