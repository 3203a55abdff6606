"""The mailbox of the demo. This blueprint is not part of the service anywhere else."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from chassis.auth import signed_in
from chassis.db import db
from chassis.problems import NotFound
from chassis.web import Blueprint
from svc_notify import schemas, sent
from svc_notify.models import Letter

bp = Blueprint("mailbox", __name__, description="Kotak surat lingkungan demo")


@bp.get("/mailbox")
@bp.arguments(schemas.MailboxArgs, location="query")
@bp.response(200, schemas.MailboxPage)
@signed_in
def list_letters(args: dict[str, Any]) -> Any:
    """Surat elektronik yang terkirim di lingkungan demo"""
    return sent.MAILBOX.answer(sa.select(Letter), args, lambda rows: [schemas.present_letter(row) for row in rows])


@bp.get("/mailbox/<uuid:letter_id>")
@bp.response(200, schemas.MailboxLetter)
@signed_in
def get_letter(letter_id: uuid.UUID) -> Any:
    """Satu surat"""
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise NotFound()
    return schemas.present_letter(letter)
