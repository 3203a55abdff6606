import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import JSONType, Model, UTCDateTime, now
from chassis.workflow import Lifecycle


class File(Model):
    """Bytes that never change. `source` is the service for which an issued document was made; uploads have none.

    Others than the uploader may open it once it is released: scanned, or made by ourselves.
    """

    __tablename__ = "files"
    __table_args__ = (
        sa.UniqueConstraint("storage_key"),
        sa.Index("ix_files_same", "uploaded_by", "sha256"),
        sa.CheckConstraint("(uploaded_by IS NULL) <> (source IS NULL)", name="origin"),
    )

    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    original_sha256: Mapped[str] = mapped_column(sa.String(64))
    storage_key: Mapped[str] = mapped_column(sa.String(64))
    uploaded_by: Mapped[str | None] = mapped_column(sa.String(64))
    source: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime(), index=True)
    threat: Mapped[str | None] = mapped_column(sa.String(200))

    @property
    def attached_by(self) -> str:
        """Whom a grant must name."""
        return self.uploaded_by or self.source or ""


class Document(Lifecycle, Model):
    """One printing of one thing. The row is the truth; Celery only carries its id."""

    __tablename__ = "documents"
    __table_args__ = (
        sa.UniqueConstraint("render_id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("file_id"),
        sa.Index("ix_documents_subject", "kind", "subject_id"),
        sa.Index("ix_documents_sha256", "sha256"),
        sa.Index("ix_documents_number", "kind", "number"),
        sa.Index("ix_documents_due", "lease_until", sqlite_where=sa.text("status IN ('requested', 'unsigned')"),
                 postgresql_where=sa.text("status IN ('requested', 'unsigned')")),
        sa.CheckConstraint("(sha256 IS NULL) = (file_id IS NULL)", name="bytes"),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid())
    render_id: Mapped[str] = mapped_column(sa.String(64))
    order_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid(), index=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    code: Mapped[str] = mapped_column(sa.String(40))

    number: Mapped[str | None] = mapped_column(sa.String(120))
    holder: Mapped[str | None] = mapped_column(sa.String(300))
    issued_on: Mapped[date | None] = mapped_column(sa.Date())
    replaces_number: Mapped[str | None] = mapped_column(sa.String(120))
    letterhead: Mapped[dict[str, Any] | None] = mapped_column(JSONType())

    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    file_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid(), sa.ForeignKey("files.id"))
    rendered_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    signature: Mapped[str | None] = mapped_column(sa.String(20))

    attempts: Mapped[int] = mapped_column(default=0)
    lease_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    error: Mapped[str | None] = mapped_column(sa.Text())

    file: Mapped[File | None] = relationship()


class Letterhead(Model):
    """The office as svc-identity last described it."""

    __tablename__ = "letterheads"

    facts: Mapped[dict[str, Any]] = mapped_column(JSONType())
    as_of: Mapped[datetime] = mapped_column(UTCDateTime())


class Signing(Model):
    """Who makes a kind of document authentic, where the office has chosen otherwise than `providers.DEFAULTS`."""

    __tablename__ = "signings"
    __table_args__ = (
        sa.UniqueConstraint("kind"),
        sa.CheckConstraint("provider IN ('qr', 'office', 'bsre')", name="provider"),
    )

    kind: Mapped[str] = mapped_column(sa.String(40))
    provider: Mapped[str] = mapped_column(sa.String(20))
