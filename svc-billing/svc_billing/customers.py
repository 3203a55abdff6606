"""Billing's own copy of the customers; identity owns them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from chassis.db import db
from svc_billing.models import CustomerCopy


def copy(customer_id: uuid.UUID, facts: dict[str, Any], *, as_of: datetime) -> None:
    """Keep the newest of what identity said, in whatever order it arrives."""
    known = db.session.get(CustomerCopy, customer_id)
    if known is None:
        db.session.add(CustomerCopy(id=customer_id, as_of=as_of, **facts))
    elif known.as_of < as_of:
        for name, value in {**facts, "as_of": as_of}.items():
            setattr(known, name, value)
