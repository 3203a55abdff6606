"""The service's own database: base model, exact column types, and one word for one transaction."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import orjson
import sqlalchemy as sa
from flask import current_app, g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid6 import uuid7

from chassis import turns

P = ParamSpec("P")
R = TypeVar("R")

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Declared = Base
else:
    Declared = db.Model


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A UUIDv7: sorts by time."""
    return uuid.UUID(int=uuid7().int)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on every database. A naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """Decimal in, the same Decimal out. SQLite keeps it as text, so it is for values, not for sorting."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.String(64) if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return format(value, "f")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class JSONType(TypeDecorator[Any]):
    """JSON as text, with stable key order."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def dumps(value: Any) -> str:
    """JSON text; dates, UUIDs and Decimals become strings."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    raise TypeError(type(value).__name__)


class Model(Declared):
    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), primary_key=True, default=new_id)


_inside: ContextVar[bool] = ContextVar("inside_atomic", default=False)


@contextmanager
def _transaction() -> Iterator[None]:
    token = _inside.set(True)
    try:
        db.session.rollback()  # a read before the act must not hold an old snapshot
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _inside.reset(token)


class atomic:
    """One transaction: `with atomic():` or `@atomic`. Nested use joins the outer one.

    Commits at the end, rolls back on any exception. On SQLite it begins IMMEDIATE. Around an HTTP act it also
    carries the Idempotency-Key, so the answer is remembered in the act's own transaction.
    """

    def __new__(cls, wrapped: Callable[P, R] | None = None) -> Any:
        if wrapped is None:
            return object.__new__(cls)

        @functools.wraps(wrapped)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if _inside.get():
                return wrapped(*args, **kwargs)
            with _transaction():
                if has_request_context():
                    around = current_app.extensions["chassis"].around_act
                    result: R = around(lambda: wrapped(*args, **kwargs))
                    return result
                return wrapped(*args, **kwargs)

        return run

    def __enter__(self) -> None:
        self._context = None if _inside.get() else _transaction()
        if self._context:
            self._context.__enter__()

    def __exit__(self, *failure: Any) -> None:
        if self._context:
            self._context.__exit__(*failure)


def is_atomic() -> bool:
    return _inside.get()


def concerns(about: Any) -> None:
    """The current act is about this thing (`chassis.acts` keeps it)."""
    g.setdefault("concerned", set()).add(str(about))


def lock(row: Any) -> Any:
    """Lock `row`, and nothing that is read along with it, until the end of the transaction; read it afresh."""
    assert is_atomic(), "lock() needs atomic"
    concerns(row.id)
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row)})
    return row


def url_of(text: str) -> str:
    """PostgreSQL addresses use psycopg 3."""
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=15000")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if _inside.get():
        turns.take(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _inside.get() else "BEGIN")
