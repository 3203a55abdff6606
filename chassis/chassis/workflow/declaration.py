"""The rows of a workflow: states and transitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import UTCDateTime, now
from chassis.workflow.forms import Field, file, text

STAYS = "="
TONES = ("forward", "aside", "back", "end")
STATE_TONES = ("waits", "done", "stopped", "plain")


@dataclass(frozen=True)
class State:
    """`step` is the public step customers see; a final state has no way out.

    `tone` is what its colour says: it `waits` for somebody, is `done`, was `stopped`, or is `plain`, neither of them.
    """

    code: str
    label: str
    step: int | None = None
    final: bool = False
    tone: str = "waits"


@dataclass(frozen=True)
class Transition:
    """One row of the table. `by` and `for_customer` are role codes; `system` rows are never offered to a person.

    `event` is `<noun>.<participle>`, the service's name is put in front. `public`: other systems may subscribe to it.
    `tone` is what it does to the thing's way: leads `forward`, changes something `aside`, leads `back`, or is the `end` of
    something; every row of a person has one. `undo` names the row that takes this one back.
    """

    name: str
    source: str | tuple[str, ...]
    target: str
    by: str | tuple[str, ...]
    label: str = ""
    form: tuple[Field, ...] = ()
    guard: str = ""
    event: str | None = None
    for_customer: str | tuple[str, ...] = ()
    tone: str = ""
    undo: str = ""
    confirm: str = ""
    bulk: bool = False
    public: bool = False

    @cached_property
    def sources(self) -> tuple[str, ...]:
        return _several(self.source)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(_several(self.by))

    @cached_property
    def staff(self) -> frozenset[str]:
        """The roles that give the right whosever the thing is."""
        return self.roles - {"customer"}

    @cached_property
    def deputies(self) -> frozenset[str]:
        return frozenset(_several(self.for_customer))

    @cached_property
    def guards(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.guard.split("&") if part.strip())

    @cached_property
    def is_system(self) -> bool:
        return self.roles == {"system"}

    @cached_property
    def offer(self) -> dict[str, Any]:
        """What is told about it whatever the thing and the person."""
        told = {"name": self.name, "label": self.label, "method": "POST", "tone": self.tone}
        more = {"undo": self.undo, "confirm": self.confirm, "bulk": self.bulk}
        return told | {name: value for name, value in more.items() if value}

    @cached_property
    def form_on_behalf(self) -> tuple[Field, ...]:
        own = {field.name for field in self.form}
        return self.form + tuple(field for field in ON_BEHALF if field.name not in own)


# what a deputy adds when acting for a customer; history keeps on whose behalf
ON_BEHALF = (
    text("requested_by", "Diminta oleh", required=True, hint="Nama orang yang meminta"),
    file("proof_file", "Bukti permintaan"),
)


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


class Lifecycle:
    """Columns of a thing with a life. `version` is raised by every act on the thing itself, never by its children.

    `untold` names columns whose changes no history tells: what was only typed so far.
    """

    untold: ClassVar[frozenset[str]] = frozenset()

    status: Mapped[str] = mapped_column(sa.String(40), index=True)
    version: Mapped[int] = mapped_column(default=1)
    workflow_version: Mapped[str] = mapped_column(sa.String(16), default="")
    status_since: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, onupdate=now)
