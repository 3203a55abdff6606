from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Declared, Model, UTCDateTime, now


class SavedView(Model):
    """A list as somebody wants to find it again: its filters, columns and order. It belongs to one person or to a role."""

    __tablename__ = "saved_views"
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "list", "name", name="uq_saved_views_owner_id"),
        sa.UniqueConstraint("role", "list", "name", name="uq_saved_views_role"),
        sa.CheckConstraint("(owner_id IS NULL) <> (role IS NULL)", name="one_owner"),
        sa.Index("ix_saved_views_role", "role", "list"),
    )

    list: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(1_000))
    owner_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[str | None] = mapped_column(sa.String(40))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, onupdate=now)


class DefaultView(Declared):
    """With which view a list opens for one person."""

    __tablename__ = "default_views"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    list: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    view_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("saved_views.id"), index=True)
