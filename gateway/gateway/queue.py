"""The queues of all services as one: who is asked for whom, and how the answers are laid together."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from threading import Lock
from typing import Any

from gateway import navigation, together, working_days
from gateway.session import Person

SOURCES = {
    "testing": frozenset(
        {
            "customer",
            "customer_service",
            "lab_coordinator",
            "supervisor",
            "analyst",
            "report_typist",
            "sampling_officer",
        }
    ),
    "billing": frozenset({"treasurer", "head_of_office"}),
    "identity": frozenset({"customer_service"}) | navigation.ADMINS,
}
SHOWN = 30
KEEP_SECONDS, PEOPLE = 45, 2000


def services_for(person: Person) -> list[str]:
    return [name for name, roles in SOURCES.items() if roles & set(person.roles)]


def questions(person: Person, **params: Any) -> dict[str, together.Question]:
    return {name: (name, "queue", params) for name in services_for(person)}


def merged(queues: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same order of work as inside each service (`chassis.queues.place`), over all of them."""
    on, closed = working_days.today(), working_days.closed_days()
    rows = [entry for queue in queues for entry in queue.get("items", [])]
    rows.sort(key=lambda entry: _place(entry, on))
    return [
        {
            **entry,
            "page": navigation.page_of(entry["links"]["self"]),
            "deadline": working_days.deadline(entry["due_on"], on, closed),
            "waited": working_days.waited(entry["since"], on, closed),
        }
        for entry in rows[:SHOWN]
    ]


def _place(entry: dict[str, Any], on: date) -> tuple[int, str]:
    due = entry["due_on"]
    if due is None:
        return (1, entry["since"])
    return (0 if due <= on.isoformat() else 2, due)


def lanes(queues: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What waits where, with the page of its list."""
    return [
        {**lane, "page": page}
        for queue in queues
        for lane in queue.get("lanes", [])
        if (page := navigation.page_of(lane["href"]))
    ]


class Counts:
    """How many things wait behind each entry of the menu, as last heard, for a little while and for the people at work."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, dict[str, str]]] = {}
        self._lock = Lock()

    def keep(self, person: Person, found: list[dict[str, Any]]) -> dict[str, str]:
        counts = _by_page(found)
        with self._lock:
            if len(self._known) >= PEOPLE:
                self._known.clear()
            self._known[person.id] = (time.monotonic(), counts)
        return counts

    def known(self, person: Person) -> dict[str, str]:
        return self._known.get(person.id, (0.0, {}))[1]

    def fresh(self, person: Person) -> dict[str, str]:
        """At most `KEEP_SECONDS` old; while a service is away, what was known of all of them."""
        asked_at, counts = self._known.get(person.id, (float("-inf"), {}))
        if time.monotonic() - asked_at < KEEP_SECONDS:
            return counts
        answers = together.ask(questions(person, items="false"), patience=1.0)
        if None in answers.values():
            return counts
        return self.keep(person, lanes(answers.values()))


def _by_page(found: list[dict[str, Any]]) -> dict[str, str]:
    sums: dict[str, int] = {}
    bounded = set()
    for lane in found:
        path = lane["page"].partition("?")[0]
        sums[path] = sums.get(path, 0) + lane["count"]
        if not lane["count_is_exact"]:
            bounded.add(path)
    return {path: f"{count}+" if path in bounded else str(count) for path, count in sums.items() if count}


COUNTS = Counts()
