"""Numbers: no gap and no double, however many write and however many of them die."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import numbering
from chassis.db import atomic, db
from chassis.problems import BadForm
from tests.core.engines import BOTH, POSTGRESQL
from tests.core.library.models import Entry

AUGUST = datetime(2026, 8, 17, 5, tzinfo=UTC)


class Undo(Exception):
    """Leaves a transaction on purpose."""


@pytest.fixture
def series(context: Flask) -> Callable[..., None]:
    @atomic
    def define(template: str, *, resets_yearly: bool = True, code: str = "loan") -> None:
        numbering.define(code, template, resets_yearly=resets_yearly)

    return define


@atomic
def issue(at: datetime = AUGUST, code: str = "loan") -> str:
    return numbering.issue(code, at)


VECTORS = [
    ("P.{n:05d} - {year}", 521, datetime(2023, 5, 1, tzinfo=UTC), "P.00521 - 2023", r"^P\.\d{5} - \d{4}$"),
    ("{n:05d}", 152, AUGUST, "00152", r"^\d{5}$"),
    ("LS{n:05d}", 46, AUGUST, "LS00046", r"^LS\d{5}$"),
    ("POKL-{n}", 7, AUGUST, "POKL-7", r"^PO(P|KL|PL)-\d+$"),
    (
        "R/{n:03d}/BSPJI-Pontianak/MS/{roman}/{year}",
        96,
        datetime(2022, 11, 30, tzinfo=UTC),
        "R/096/BSPJI-Pontianak/MS/XI/2022",
        r"^R/\d{2,3}/.+/MS/(I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII)/\d{4}$",
    ),
]


@pytest.mark.parametrize(("template", "n", "at", "number", "pattern"), VECTORS)
def test_numbers_look_as_the_reference_says(template: str, n: int, at: datetime, number: str, pattern: str) -> None:
    assert numbering.render(template, n=n, at=at) == number
    assert re.match(pattern, number)


def test_months_are_roman() -> None:
    months = [numbering.render("{n} {roman}", n=1, at=datetime(2026, month, 1, tzinfo=UTC)) for month in range(1, 13)]
    assert [month.removeprefix("1 ") for month in months] == "I II III IV V VI VII VIII IX X XI XII".split()


def test_a_number_outgrows_its_zeros() -> None:
    assert numbering.render("{n:03d}", n=12_345, at=AUGUST) == "12345"


@BOTH
def test_numbers_of_a_series_follow_each_other_and_series_do_not_mix(series: Callable[..., None]) -> None:
    series("A{n}"), series("B{n}", code="other")

    assert [issue(), issue(), issue(code="other"), issue()] == ["A1", "A2", "B1", "A3"]


@BOTH
def test_the_year_changes_at_midnight_in_the_zone_of_the_office(series: Callable[..., None]) -> None:
    series("{n}/{roman}/{year}")
    midnight = datetime(2026, 12, 31, 17, tzinfo=UTC)  # in Pontianak

    assert issue(midnight - timedelta(microseconds=1)) == "1/XII/2026"
    assert issue(midnight) == "1/I/2027"
    assert issue(midnight + timedelta(hours=8)) == "2/I/2027"
    assert issue(midnight - timedelta(seconds=1)) == "2/XII/2026"


def test_a_series_that_never_resets_goes_on_in_the_new_year(series: Callable[..., None]) -> None:
    series("{n}/{year}", resets_yearly=False)
    assert [issue(AUGUST), issue(AUGUST + timedelta(days=365))] == ["1/2026", "2/2027"]


@pytest.mark.parametrize(
    "template",
    [
        "{n.__class__}",
        "{n.__class__.__init__.__globals__}",
        "{n[0]}",
        "{n!r}",
        "{n:999999999d}",
        "{n:{year}}",
        "{roman:05d}",
        "{n}/{hall}",
        "{n}/{0}",
        "{n}/{}",
        "{n}/{",
        "}{n}",
        "{{n}}",
        "{year}",
        "",
    ],
)
def test_a_template_asks_for_nothing_but_the_known_fields(series: Callable[..., None], template: str) -> None:
    with pytest.raises(BadForm) as refused:
        series(template)
    assert list(refused.value.errors) == ["template"]
    with pytest.raises(BadForm):
        numbering.render(template, n=1, at=AUGUST)


def test_a_template_is_checked_when_it_is_changed_too(series: Callable[..., None]) -> None:
    series("{n}")
    kept = db.session.scalars(sa.select(numbering.Series)).one()
    with pytest.raises(BadForm):
        kept.template = "{n.__class__}"


def test_a_series_that_is_defined_again_keeps_its_template_and_its_count(series: Callable[..., None]) -> None:
    series("A{n}")
    issue()
    series("B{n}")
    assert issue() == "A2"


def test_a_series_nobody_defined_gives_no_number(context: Flask) -> None:
    with pytest.raises(LookupError, match="no series loan"):
        issue()


def test_a_number_outside_a_transaction_is_a_mistake(series: Callable[..., None]) -> None:
    series("{n}")
    with pytest.raises(AssertionError):
        numbering.issue("loan", AUGUST)


@BOTH
def test_a_number_whose_act_failed_is_given_to_the_next(series: Callable[..., None]) -> None:
    series("{n}")
    issue()
    with pytest.raises(Undo), atomic():
        assert numbering.issue("loan", AUGUST) == "2"
        raise Undo
    assert issue() == "2"


def use_one(app: Flask, die: Callable[[], None] | None) -> None:
    """Use one number; where `die` is given the first try dies of it."""
    while True:
        try:
            with app.app_context(), atomic():
                db.session.add(Entry(number=int(numbering.issue("loan", AUGUST))))
                db.session.flush()
                if die:
                    mortal, die = die, None
                    mortal()
            return
        except (Undo, sa.exc.OperationalError, sa.exc.TimeoutError):
            continue


def write(app: Flask, writers: int, total: int, deaths: int, die: Callable[[], None]) -> list[int]:
    """Let `writers` use `total` numbers at once while `deaths` of their transactions die; the numbers that were used."""
    dying = set(random.Random(3).sample(range(total), deaths))
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda number: use_one(app, die if number in dying else None), range(total)))
    with app.app_context():
        return sorted(db.session.scalars(sa.select(Entry.number)))


def fail() -> None:
    raise Undo


def be_killed() -> None:
    """The server ends this transaction's own connection."""
    db.session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


@BOTH
def test_many_writers_leave_no_gap_and_no_double(app: Flask, series: Callable[..., None]) -> None:
    series("{n}")
    db.session.remove()
    assert write(app, writers=8, total=120, deaths=20, die=fail) == list(range(1, 121))


@pytest.mark.slow
@POSTGRESQL
def test_on_postgresql_killed_connections_leave_no_gap_and_no_double(app: Flask, series: Callable[..., None]) -> None:
    series("{n}")
    db.session.remove()
    assert write(app, writers=32, total=2_000, deaths=20, die=be_killed) == list(range(1, 2_001))
