from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import ExactDecimal, JSONType, Model, UTCDateTime
from chassis.workflow import Lifecycle


class Loan(Lifecycle, Model):
    __tablename__ = "loans"

    customer_id: Mapped[uuid.UUID | None]
    shelf: Mapped[str] = mapped_column(sa.String(300), default="")
    due_on: Mapped[date | None]
    renewals: Mapped[int] = mapped_column(default=0)
    copies: Mapped[list[Copy]] = relationship(back_populates="loan", order_by="Copy.title")


class Copy(Lifecycle, Model):
    __tablename__ = "copies"

    loan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("loans.id"))
    title: Mapped[str] = mapped_column(sa.String(100))
    loan: Mapped[Loan] = relationship(back_populates="copies")


class Piece(Lifecycle, Model):
    """Whatever a declaration made by a test is about."""

    __tablename__ = "pieces"

    customer_id: Mapped[uuid.UUID | None]


class Entry(Model):
    """One value of each exact type, and what lists sort and search."""

    __tablename__ = "entries"

    word: Mapped[str] = mapped_column(sa.String(400), default="")
    number: Mapped[int] = mapped_column(default=0)
    day: Mapped[date] = mapped_column(default=date(2026, 1, 1))
    at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    amount: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    document: Mapped[Any] = mapped_column(JSONType(), nullable=True)
