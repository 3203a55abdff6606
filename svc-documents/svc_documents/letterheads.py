"""Our copy of the office's facts, kept for letterheads."""

import uuid
from datetime import datetime
from typing import Any

from chassis.db import db

from .models import Letterhead

THE_ONE = uuid.UUID(int=0)


def copy(facts: dict[str, Any], *, as_of: datetime) -> None:
    """Take over what the office is now; an older event that comes late changes nothing."""
    letterhead = db.session.get(Letterhead, THE_ONE)
    if letterhead is None:
        db.session.add(Letterhead(id=THE_ONE, facts=facts, as_of=as_of))
    elif letterhead.as_of <= as_of:
        letterhead.facts, letterhead.as_of = facts, as_of


def find() -> dict[str, Any] | None:
    letterhead = db.session.get(Letterhead, THE_ONE)
    return letterhead.facts if letterhead else None
