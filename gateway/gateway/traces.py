"""What the services know of one order, joined: chains of request → event → consumer → effect, in time order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

BAD = frozenset({"dead", "failed", "exhausted", "rejected"})
UNFINISHED = frozenset({"pending", "waiting", "queued", "sending", "requested"})
DEEPEST = 6


@dataclass
class Step:
    """One entry of a service, with its place in the chain."""

    service: str
    entry: Mapping[str, Any]
    began: datetime
    depth: int = 0
    after_ms: float = 0
    actor: str = ""

    def __getattr__(self, name: str) -> Any:
        return self.entry.get(name)

    @property
    def tone(self) -> str:
        if self.kind in ("http", "history"):  # what was written down is over, whatever the thing's state is called
            return "plain"
        if self.status in BAD:
            return "alert"
        return "wait" if self.status in UNFINISHED else "plain"


@dataclass
class Chain:
    """Everything that one request brought about, in all services."""

    request_id: str
    steps: list[Step] = field(default_factory=list)

    @property
    def head(self) -> Step:
        return self.steps[0]

    @property
    def kinds(self) -> Counter[str]:
        return Counter(step.kind for step in self.steps)

    @property
    def services(self) -> list[str]:
        return list(dict.fromkeys(step.service for step in self.steps))

    @property
    def traces(self) -> list[str]:
        return list(dict.fromkeys(step.trace for step in self.steps if step.trace))

    @property
    def tone(self) -> str:
        tones = {step.tone for step in self.steps}
        return next((tone for tone in ("alert", "wait") if tone in tones), "plain")

    @property
    def ms(self) -> float:
        return max(step.after_ms for step in self.steps)


def chains(parts: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[Chain]:
    """`parts`: entries by service, as `GET /api/v1/<service>/trace` gives them."""
    steps = [Step(service, entry, _began(entry)) for service, entries in parts.items() for entry in entries]
    names = {actor["id"]: actor["name"] for step in steps if (actor := step.entry.get("actor")) and actor["name"]}
    groups: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        step.actor = _name(step.entry.get("actor") or {}, names)
        groups[step.request_id or step.trace or step.id].append(step)
    found = [Chain(group[0].request_id or "", list(_in_order(group))) for group in groups.values()]
    return sorted(found, key=lambda chain: min(step.began for step in chain.steps))


def _name(actor: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if actor.get("id") == "system":
        return "Sistem"
    return actor.get("name") or names.get(actor.get("id", ""), "")


def _began(entry: Mapping[str, Any]) -> datetime:
    """An HTTP act is noted at its end."""
    at = datetime.fromisoformat(entry["at"])
    return at - timedelta(milliseconds=entry["details"].get("ms") or 0) if entry["kind"] == "http" else at


def _in_order(group: list[Step]) -> Iterator[Step]:
    """Each step after what caused it, brothers by time."""
    group = sorted(group, key=lambda step: (step.began, step.kind != "http"))
    said = {step.id: step for step in group if step.kind == "event_out"}
    causes = {(step.service, step.id): step for step in group if step.kind in ("event_in", "job")}
    https = [step for step in group if step.kind == "http"]
    children: dict[int, list[Step]] = defaultdict(list)
    roots: list[Step] = []
    for step in group:
        parent = _parent(step, said, causes, https)
        (children[id(parent)] if parent is not None else roots).append(step)
    began, seen = group[0].began, set()
    waiting = [(step, 0) for step in reversed(roots)]
    while waiting:
        step, depth = waiting.pop()
        seen.add(id(step))
        step.depth, step.after_ms = min(depth, DEEPEST), (step.began - began).total_seconds() * 1000
        yield step
        waiting += [(child, depth + 1) for child in reversed(children[id(step)]) if id(child) not in seen]
    yield from (step for step in group if id(step) not in seen)


def _parent(
    step: Step, said: Mapping[str, Step], causes: Mapping[tuple[str, str], Step], https: list[Step]
) -> Step | None:
    if step.kind == "event_in":
        return said.get(step.id)
    if step.cause:
        cause = causes.get((step.service, step.cause))
        return cause if cause is not step else None
    if step.kind == "http":
        return None
    return next((http for http in https if http.service == step.service), None)
