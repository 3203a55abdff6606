"""Copies of what identity tells: only what this service needs while it works."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Declared, JSONType, UTCDateTime


class Customer(Declared):
    __tablename__ = "customer_copy"

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.Text(), default="")
    city: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    status: Mapped[str] = mapped_column(sa.String(40), default="verified")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())


class Staff(Declared):
    __tablename__ = "staff_copy"

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    roles: Mapped[list[dict[str, Any]]] = mapped_column(JSONType())
    roles_ever: Mapped[list[str]] = mapped_column(JSONType(), default=list, server_default="[]")
    is_active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())

    def has_role(self, role: str) -> bool:
        return any(grant["role"] == role for grant in self.roles)

    def groups(self, role: str) -> set[str]:
        """The laboratory groups for which the person has `role`; empty means all."""
        return {grant["scope"] for grant in self.roles if grant["role"] == role and grant.get("scope")}


class Absence(Declared):
    __tablename__ = "absence_copy"

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    stand_in_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())


class Holiday(Declared):
    __tablename__ = "holiday_copy"

    on: Mapped[date] = mapped_column(sa.Date(), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    note: Mapped[str] = mapped_column(sa.String(200), default="")


class CalendarYear(Declared):
    """Which years' holidays we have, and how fresh they are."""

    __tablename__ = "calendar_year_copy"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())


class Office(Declared):
    """The office as identity describes it: where the laboratory is, its accreditation."""

    __tablename__ = "office_copy"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(300))
    address: Mapped[str] = mapped_column(sa.Text())
    city: Mapped[str] = mapped_column(sa.String(120), default="")
    accreditation_number: Mapped[str] = mapped_column(sa.String(60), default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())
