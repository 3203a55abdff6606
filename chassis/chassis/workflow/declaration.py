"""The rows of a workflow: states and transitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import UTCDateTime, now
from chassis.workflow.forms import Field, file, text

STAYS = "="


@dataclass(frozen=True)
class State:
    """`step` is the public step customers see; a final state has no way out."""

    code: str
    label: str
    step: int | None = None
    final: bool = False


@dataclass(frozen=True)
class Transition:
    """One row of the table. `by` and `for_customer` are role codes; `system` rows are never offered to a person.

    `event` is `<noun>.<participle>`, the service's name is put in front. `public`: other systems may subscribe to it.
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
    def deputies(self) -> frozenset[str]:
        return frozenset(_several(self.for_customer))

    @cached_property
    def guards(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.guard.split("&") if part.strip())

    @cached_property
    def is_system(self) -> bool:
        return self.roles == {"system"}


# what a deputy adds when acting for a customer; history keeps on whose behalf
ON_BEHALF = (
    text("requested_by", "Diminta oleh", required=True, hint="Nama orang yang meminta"),
    file("proof_file", "Bukti permintaan"),
)


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


class Lifecycle:
    """Columns of a thing with a life. `version` is raised by every act on the thing itself, never by its children."""

    status: Mapped[str] = mapped_column(sa.String(40), index=True)
    version: Mapped[int] = mapped_column(default=1)
    workflow_version: Mapped[str] = mapped_column(sa.String(16), default="")
    status_since: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, onupdate=now)
