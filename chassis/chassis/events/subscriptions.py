"""Which function reacts to which event: `@on("billing.invoice.paid", InvoicePaid)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType
from typing import Any, TypeVar

from marshmallow import EXCLUDE, Schema

from chassis.events.envelope import Event

Handler = Callable[[Event], Any]
F = TypeVar("F", bound=Handler)


class TooEarly(Exception):
    """Something else must happen first: ask again later."""


class Hopeless(Exception):
    """This can never succeed: put it before a person."""


@dataclass(frozen=True)
class Subscription:
    pattern: str
    schema: type[Schema] | None
    handler: Handler

    def handle(self, event: Event) -> None:
        data = self.schema(unknown=EXCLUDE).load(event.data) if self.schema else event.data
        self.handler(replace(event, data=data))


def on(pattern: str, schema: type[Schema] | None = None) -> Callable[[F], F]:
    """Call this function with each event whose type fits `pattern`: `*` is one word, `#` any number of words."""

    def mark(handler: F) -> F:
        handler.__dict__.setdefault("subscriptions", []).append(Subscription(pattern, schema, handler))
        return handler

    return mark


def collect(modules: Iterable[ModuleType]) -> list[Subscription]:
    """The subscriptions declared in these modules, in the order of the text."""
    functions = {id(value): value for module in modules for value in vars(module).values()}
    return [one for function in functions.values() for one in getattr(function, "subscriptions", ())]


@lru_cache(maxsize=10_000)
def fits(pattern: str, event_type: str) -> bool:
    """Does `event_type` fit `pattern`, as on an AMQP topic exchange?"""
    words = (
        r"(\.[^.]+)*" if word == "#" else r"\.[^.]+" if word == "*" else re.escape("." + word)
        for word in pattern.split(".")
    )
    return re.fullmatch("".join(words), "." + event_type) is not None
