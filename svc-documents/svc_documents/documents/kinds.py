"""What a kind of document has to say about itself; each kind is a folder beside this file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from marshmallow import Schema
from reportlab.platypus import Flowable

Content = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What the verification page may tell anybody."""

    number: str
    holder: str
    issued_on: date
    replaces_number: str | None = None
    is_draft: bool = False


@dataclass(frozen=True)
class Print:
    """Everything a layout may use: the content, the way to verify and the clock of the office."""

    content: Content
    verify_url: str | None
    zone: str
    report_notes: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class Kind:
    code: str
    label: str
    service: str
    content_path: str
    draft_path: str
    plural: str
    content: type[Schema]
    facts: Callable[[Content], Facts]
    title: Callable[[Content], str]
    layout: Callable[[Print], list[Flowable]]
    is_issued_at_once: bool = False

    def load(self, answer: Content) -> Content:
        """What the owner answered, checked; raises ValidationError."""
        content: Content = self._schema.load(answer)
        return content

    @cached_property
    def _schema(self) -> Schema:
        return self.content()
