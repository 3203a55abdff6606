"""What a service refused, told where it was typed and with the status that it gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.clients import Answer, Refused
from gateway.forms import Field, Reading

UNSAID = "Data tidak dapat disimpan."


def add(reading: Reading, answer: Answer, fields: Sequence[Field], *, instead: Mapping[int, str] | None = None) -> None:
    """The messages go beside their fields, the status to the page; a session that ended leads to the login."""
    if answer.status == 401:
        raise Refused(answer)
    said = (instead or {}).get(answer.status) or answer.detail or UNSAID
    add_problem(reading, answer.errors or {"": [said]}, fields)
    reading.refusal = answer.status if answer.status < 500 else 503


def add_problem(reading: Reading, errors: dict[str, Any], fields: Sequence[Field]) -> None:
    """What fits no field goes to the summary under ''."""
    shown = {each.name: each for each in fields}
    for name, messages in (errors or {}).items():
        for message in _flatten(messages):
            reading.blame(_place(name, shown), message)


def _place(name: str, shown: dict[str, Field]) -> str:
    """Only a list with rows has a place for each of its parts; elsewhere the whole field is to blame."""
    start = name.split(".")[0]
    if start not in shown:
        return ""
    each = shown[start]
    return name if each.kind == "list" and not each.choices_of_list else start


def _flatten(messages: Any) -> list[str]:
    if isinstance(messages, str):
        return [messages]
    if isinstance(messages, dict):
        return [text for each in messages.values() for text in _flatten(each)]
    return [text for each in messages or () for text in _flatten(each)]
