"""Facts read once per request; outside of one they are read each time, so a long-lived process never sees old ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import g, has_request_context

T = TypeVar("T")


def once(name: str, read: Callable[[], T]) -> T:
    if not has_request_context():
        return read()
    if name not in g:
        setattr(g, name, read())
    found: T = getattr(g, name)
    return found
