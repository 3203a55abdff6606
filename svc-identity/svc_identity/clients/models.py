from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import JSONType, Model
from chassis.db import UTCDateTime as UTC
from chassis.workflow import Lifecycle


class Client(Lifecycle, Model):
    """Another system that signs in with its own secret; scopes instead of roles."""

    __tablename__ = "clients"

    name: Mapped[str] = mapped_column(sa.String(200))
    scopes: Mapped[list[str]] = mapped_column(JSONType())
    secret_hash: Mapped[str] = mapped_column(sa.String(64))
    last_used_at: Mapped[datetime | None] = mapped_column(UTC())
