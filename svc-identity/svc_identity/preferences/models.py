from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import JSONType, Model, UTCDateTime, now


class Preferences(Model):
    """How one person likes the pages; shares its id with the user. Nothing here decides what anybody may do."""

    __tablename__ = "preferences"

    id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONType())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, onupdate=now)
