"""Copies fed by identity's events, and what the guards ask of them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from chassis.auth import Principal
from chassis.db import Declared, db, now
from svc_testing.people.models import Absence, CalendarYear, Customer, Holiday, Office, Staff
from svc_testing.remembered import once


def today() -> date:
    return now().astimezone(ZoneInfo(current_app.config["OFFICE_TIMEZONE"])).date()


def keep(model: type[Declared], key: uuid.UUID | int, told_at: datetime, **facts: Any) -> None:
    """Insert or update the copy unless it is newer than what is told."""
    copy = db.session.get(model, key)
    if copy is None:
        db.session.add(model(id=key, changed_at=told_at, **facts))
    elif copy.changed_at <= told_at:  # type: ignore[attr-defined]  # every copy has it
        for name, value in (facts | {"changed_at": told_at}).items():
            setattr(copy, name, value)
    db.session.flush()


def keep_staff(key: uuid.UUID, told_at: datetime, *, name: str, roles: list[dict[str, Any]], is_active: bool) -> None:
    """What a person is now, from the newest that was told; what they have been, from all that was."""
    keep(Staff, key, told_at, name=name, roles=roles, is_active=is_active)
    person = db.session.get_one(Staff, key)
    person.roles_ever = sorted({*person.roles_ever, *(grant["role"] for grant in roles)})
    db.session.flush()


def keep_calendar(year: int, days: list[dict[str, Any]], told_at: datetime) -> None:
    known = db.session.get(CalendarYear, year)
    if known is not None and known.changed_at > told_at:
        return
    db.session.execute(sa.delete(Holiday).where(sa.extract("year", Holiday.on) == year))
    db.session.add_all(Holiday(on=day["date"], kind=day["kind"], note=day.get("note", "")) for day in days)
    db.session.merge(CalendarYear(year=year, changed_at=told_at))
    db.session.flush()


def names() -> dict[str, str]:
    """Staff id → name, read once per request."""
    rows = sa.select(Staff.id, Staff.name)
    return once("staff_names", lambda: {str(key): name for key, name in db.session.execute(rows)})


def name_of(person: uuid.UUID | str | None) -> str:
    return names().get(str(person), "") if person else ""


def absence_of(person: uuid.UUID, day: date) -> Absence | None:
    return db.session.scalar(
        sa.select(Absence).filter(
            Absence.user_id == person, Absence.from_on <= day, Absence.until_on >= day, ~Absence.is_cancelled
        )
    )


def stands_in_for(principal: Principal, day: date) -> set[uuid.UUID]:
    """Whose work this person does today besides the own."""
    if principal.kind != "user":
        return set()
    query = sa.select(Absence.user_id).filter(
        Absence.stand_in_id == uuid.UUID(principal.id),
        Absence.from_on <= day,
        Absence.until_on >= day,
        ~Absence.is_cancelled,
    )
    return once(f"stands_in_for_{principal.id}", lambda: set(db.session.scalars(query)))


def is_me(principal: Principal, person: uuid.UUID | None) -> bool:
    """Is `person` the principal, or somebody the principal stands in for today?"""
    if person is None:
        return False
    return str(person) == principal.id or person in stands_in_for(principal, today())


def unavailable(person: str, role: str, group: str | None = None) -> str | None:
    """Why `person` can't be given work as `role` now, or None."""
    staff = _find_staff(person)
    if staff is None or not staff.is_active or not staff.has_role(role):
        return "Orang ini tidak dikenal untuk tugas ini."
    groups = staff.groups(role)
    if group and groups and group not in groups:
        return f"{staff.name} tidak termasuk kelompok laboratorium {group}."
    absence = absence_of(staff.id, today())
    if absence is not None:
        return f"{staff.name} sedang tidak bertugas sampai {absence.until_on:%d-%m-%Y}."
    return None


def _find_staff(person: str) -> Staff | None:
    try:
        return db.session.get(Staff, uuid.UUID(person))
    except ValueError:
        return None


def available(role: str, group: str | None = None) -> list[Staff]:
    """People who may be given work as `role` today, by name."""
    absent = sa.select(Absence.user_id).filter(
        Absence.from_on <= today(), Absence.until_on >= today(), ~Absence.is_cancelled
    )
    staff = db.session.scalars(sa.select(Staff).filter(Staff.is_active, Staff.id.not_in(absent)).order_by(Staff.name))
    return [
        person
        for person in staff
        if person.has_role(role) and (not group or not person.groups(role) or group in person.groups(role))
    ]


def ever(role: str) -> list[Staff]:
    """Whoever has or ever had `role`, on duty or not; those who left last."""
    staff = db.session.scalars(sa.select(Staff).order_by(Staff.is_active.desc(), Staff.name))
    return [person for person in staff if role in person.roles_ever]


def customer(key: uuid.UUID) -> Customer | None:
    return db.session.get(Customer, key)


THE_OFFICE = 1


def office() -> Office | None:
    return db.session.get(Office, THE_OFFICE)
