from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.db import Model
from chassis.workflow import Lifecycle
from svc_identity.customers.models import Customer
from svc_identity.vault.kinds import SINGLE

IS_ONLY = sa.text("status = 'current' AND kind IN ({})".format(", ".join(f"'{kind}'" for kind in SINGLE)))


class CustomerDocument(Lifecycle, Model):
    """A paper of a company, kept for the next time it is asked for. A newer one replaces it; both are kept."""

    __tablename__ = "customer_documents"
    __table_args__ = (
        sa.Index(
            "uq_customer_documents_current",
            "customer_id",
            "kind",
            unique=True,
            sqlite_where=IS_ONLY,
            postgresql_where=IS_ONLY,
        ),
        sa.Index("ix_customer_documents_expires", "status", "expires_on"),
    )

    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customers.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(100), default="")
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    expires_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    file_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid())
    file_by: Mapped[str] = mapped_column(sa.String(64))
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("customer_documents.id"))

    customer: Mapped[Customer] = relationship(lazy="joined", innerjoin=True)
