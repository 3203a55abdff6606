"""Our copies of staff, customers and absences, fed by svc-identity. An older event never overwrites a later one."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from chassis.db import Model, db
from svc_notify.models import Absence, Customer, Holiday, Office, Person, Post

M = TypeVar("M", bound=Model)


def copy_customer(customer_id: uuid.UUID, *, name: str, email: str | None = None, at: datetime) -> None:
    known = db.session.get(Customer, customer_id)
    email = email or (known.email if known else None)
    _copy(Customer, customer_id, at, name=name, email=email)


def copy_member(user_id: uuid.UUID, *, customer_id: uuid.UUID, at: datetime, **facts: Any) -> None:
    _copy(Person, user_id, at, customer_id=customer_id, **facts)


def copy_staff(user_id: uuid.UUID, *, roles: list[dict[str, Any]], at: datetime, **facts: Any) -> None:
    if _copy(Person, user_id, at, customer_id=None, **facts):
        db.session.execute(sa.delete(Post).where(Post.person_id == user_id))
        db.session.add_all(Post(person_id=user_id, role=held["role"], scope=held.get("scope")) for held in roles)


def copy_absence(absence_id: uuid.UUID, *, at: datetime, **facts: Any) -> None:
    _copy(Absence, absence_id, at, **facts)


def copy_office(office_id: uuid.UUID, *, at: datetime, **facts: Any) -> None:
    _copy(Office, office_id, at, **facts)


def copy_holidays(year: int, days: list[date]) -> None:
    in_year = Holiday.falls_on.between(date(year, 1, 1), date(year, 12, 31))
    db.session.execute(sa.delete(Holiday).where(in_year))
    db.session.add_all(Holiday(falls_on=day) for day in sorted(set(days)) if day.year == year)


def office() -> Office | None:
    return db.session.scalar(sa.select(Office).limit(1))


def _copy(model: type[M], row_id: uuid.UUID, at: datetime, **facts: Any) -> bool:
    row = db.session.get(model, row_id)
    if row is None:
        db.session.add(model(id=row_id, changed_at=at, **facts))
    elif row.changed_at > at:  # type: ignore[attr-defined]  # every copy has it
        return False
    else:
        for name, value in {**facts, "changed_at": at}.items():
            setattr(row, name, value)
    db.session.flush()
    return True
