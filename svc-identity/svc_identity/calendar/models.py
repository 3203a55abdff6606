from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Model

KINDS = {
    "national_holiday": "Libur nasional",
    "collective_leave": "Cuti bersama",
    "local_closure": "Libur setempat",
}


class CalendarDay(Model):
    """A day on which the office is closed although it is no Saturday or Sunday (or one that is worth naming)."""

    __tablename__ = "calendar_days"
    __table_args__ = (sa.UniqueConstraint("falls_on"),)

    falls_on: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.String(200))
