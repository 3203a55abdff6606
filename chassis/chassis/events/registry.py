"""What this application does with events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

from chassis.events.subscriptions import Subscription, collect, fits


@dataclass
class Registry:
    subscriptions: list[Subscription]
    attempts: int = 6
    patience: timedelta = timedelta(days=1)

    @property
    def patterns(self) -> list[str]:
        return sorted({one.pattern for one in self.subscriptions})


def registry() -> Registry:
    extensions = current_app.extensions
    if "events" not in extensions:
        extensions["events"] = Registry(collect(extensions["chassis"].consumers))
    found: Registry = extensions["events"]
    return found


def matching(event_type: str) -> list[Subscription]:
    return [one for one in registry().subscriptions if fits(one.pattern, event_type)]


def queue() -> str:
    """The name of this service's queue."""
    return str(current_app.extensions["chassis"].source)
