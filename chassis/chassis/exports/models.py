from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import Principal
from chassis.db import Declared, JSONType, Model, UTCDateTime, now


class Export(Model):
    """One person's wish for a whole list as a file, and how far it has come. `person` is who asked, with the rights of then."""

    __tablename__ = "list_exports"
    __table_args__ = (sa.Index("ix_list_exports_owner_id", "owner_id", "created_at"),)

    owner_id: Mapped[str] = mapped_column(sa.String(64))
    person: Mapped[dict[str, Any]] = mapped_column(JSONType())
    list: Mapped[str] = mapped_column(sa.String(60))
    heading: Mapped[str] = mapped_column(sa.String(200))
    format: Mapped[str] = mapped_column(sa.String(10))
    asked: Mapped[dict[str, Any]] = mapped_column(JSONType())
    words: Mapped[Any] = mapped_column(JSONType())
    status: Mapped[str] = mapped_column(sa.String(20), default="waiting", index=True)
    is_announced: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[str] = mapped_column(sa.String(500), default="")
    is_read: Mapped[bool] = mapped_column(default=False)
    pieces: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    size: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)

    @property
    def principal(self) -> Principal:
        return Principal(**{**self.person, "roles": frozenset(self.person["roles"])})


class Piece(Declared):
    """A page of rows as they were read."""

    __tablename__ = "list_export_pieces"

    export_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("list_exports.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[Any] = mapped_column(JSONType())


class File(Declared):
    """The finished workbook."""

    __tablename__ = "list_export_files"

    export_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("list_exports.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary())
