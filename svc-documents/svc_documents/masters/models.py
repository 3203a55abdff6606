"""Who signs what the office prints, and what an office puts on its documents."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import JSONType, Model
from chassis.workflow import Lifecycle


class Signatory(Lifecycle, Model):
    """Somebody who may sign for one service from a day until a day."""

    __tablename__ = "signatories"

    name: Mapped[str] = mapped_column(sa.String(200))
    nip: Mapped[str] = mapped_column(sa.String(30), default="")
    position: Mapped[str] = mapped_column(sa.String(200))
    service: Mapped[str] = mapped_column(sa.String(20))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    picture_file_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid())
    picture_by: Mapped[str] = mapped_column(sa.String(64), default="")

    def signs_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Format(Lifecycle, Model):
    """The texts and columns of one kind of document; what was printed before stays as it is."""

    __tablename__ = "formats"
    __table_args__ = (sa.UniqueConstraint("kind"),)

    kind: Mapped[str] = mapped_column(sa.String(40))
    header_text: Mapped[str] = mapped_column(sa.Text(), default="")
    footer_text: Mapped[str] = mapped_column(sa.Text(), default="")
    notes: Mapped[list[Any]] = mapped_column(JSONType(), default=list)
    hidden_columns: Mapped[list[Any]] = mapped_column(JSONType(), default=list)
