"""Gapless numbers: the series' row is locked in the transaction that uses the number (quality R3)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column, validates

from chassis.db import Declared, Model, db, is_atomic
from chassis.db import now as utc_now
from chassis.problems import BadForm

FIELD = re.compile(r"\{(n|year|month|roman)(?:(?<=n):(0?[1-9]d))?\}")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Series(Model):
    """How a kind of number looks and whether it starts again each year. Edited by an admin, never in code."""

    __tablename__ = "series"

    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    template: Mapped[str] = mapped_column(sa.String(120))
    resets_yearly: Mapped[bool]

    @validates("template")
    def _check(self, _: str, template: str) -> str:
        return checked(template)


class Counter(Declared):
    """The last number used; year is 0 where the series never resets."""

    __tablename__ = "series_counter"

    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def checked(template: str) -> str:
    """The template, if it has `{n}` and asks for known fields only; else BadForm beside the field."""
    rest = FIELD.sub("", template)
    if "{" in rest or "}" in rest:
        raise _bad("Hanya {n}, {n:05d}, {year}, {month}, dan {roman} yang dapat dipakai dalam kurung kurawal.")
    if "{n" not in template:
        raise _bad("Harus memuat {n}, nomor urutnya.")
    return template


def _bad(message: str) -> BadForm:
    return BadForm(errors={"template": [message]})


def issue(code: str, at: datetime | None = None) -> str:
    """Take the next number of `code` and format it; `at` (aware) decides year and month in the office's zone."""
    series = db.session.scalar(sa.select(Series).filter_by(code=code))
    if series is None:
        raise LookupError(f"no series {code}")
    day = local(at)
    n = _next(code, day.year if series.resets_yearly else 0)
    return render(series.template, n=n, at=day)


def render(template: str, *, n: int, at: datetime) -> str:
    """Only the fields are filled in: a template is data, and `str.format` would follow attributes."""
    values = {"n": n, "year": at.year, "month": at.month, "roman": ROMAN[at.month - 1]}
    return FIELD.sub(lambda field: format(values[field[1]], field[2] or ""), checked(template))


def local(at: datetime | None) -> datetime:
    return (at or utc_now()).astimezone(ZoneInfo(current_app.config["OFFICE_TIMEZONE"]))


def _next(code: str, year: int) -> int:
    assert is_atomic(), "a number belongs to the transaction that uses it"
    insert = _insert().values(code=code, year=year, last=0).on_conflict_do_nothing()
    db.session.execute(insert)
    row = sa.and_(Counter.code == code, Counter.year == year)
    statement = sa.update(Counter).where(row).values(last=Counter.last + 1).returning(Counter.last)
    return int(db.session.execute(statement, execution_options={"synchronize_session": False}).scalar_one())


def _insert() -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(Counter)


def define(code: str, template: str, *, resets_yearly: bool) -> None:
    """Create the series unless it exists (seeding)."""
    if db.session.scalar(sa.select(Series.id).filter_by(code=code)) is None:
        db.session.add(Series(code=code, template=template, resets_yearly=resets_yearly))
