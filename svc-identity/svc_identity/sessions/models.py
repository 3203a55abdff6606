from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import JSONType, Model, UTCDateTime, now
from svc_identity.accounts.models import User


class Session(Model):
    """One sign-in of one person; ends by logout, idleness, age, a reused refresh token or an administrator."""

    __tablename__ = "sessions"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id"), index=True)
    ip: Mapped[str] = mapped_column(sa.String(45), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    end_reason: Mapped[str] = mapped_column(sa.String(20), default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class RefreshToken(Model):
    """The secret is no column: it is derived from the id with the service's key (`seals`)."""

    __tablename__ = "refresh_tokens"

    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    successor_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())


class Revocation(Model):
    """Access tokens of this session, or of this person up to this moment, are no longer good."""

    __tablename__ = "revocations"

    session_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    reason: Mapped[str] = mapped_column(sa.String(20))
    revoked_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, index=True)


class Throttle(Model):
    """Recent tries under one key, which is a digest: people type passwords into the wrong box."""

    __tablename__ = "throttles"
    __table_args__ = (sa.UniqueConstraint("digest"),)

    digest: Mapped[str] = mapped_column(sa.String(64))
    tries: Mapped[list[float]] = mapped_column(JSONType(), default=list)
    forget_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
