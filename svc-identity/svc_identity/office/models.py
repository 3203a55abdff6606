from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import JSONType, Model, UTCDateTime, now


class Office(Model):
    """The one row of letterhead facts. `only` keeps it the only one."""

    __tablename__ = "office"
    __table_args__ = (sa.UniqueConstraint("only"),)

    only: Mapped[bool] = mapped_column(default=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONType())
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, onupdate=now)
