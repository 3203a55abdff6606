"""What becomes of a document after others have acted."""

import secrets
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from chassis.auth import SYSTEM
from chassis.db import db
from chassis.events import TooEarly

from ..models import Document
from .registry import KINDS
from .workflow import DOCUMENT, LIVE, UNISSUED, WAITING

# no vowels and no signs that look alike: 20 of them are 95 bits nobody can guess
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 20


def request(*, kind: str, subject_id: uuid.UUID, order_id: uuid.UUID, render_id: str) -> Document | None:
    """Ask for a printing; None when it was asked for before and needs nothing now."""
    known = db.session.scalar(sa.select(Document).filter_by(render_id=render_id))
    if known is not None:
        return DOCUMENT.fire(known, "retry") if known.status == "failed" else None
    for earlier in _list_of(kind, subject_id, statuses=UNISSUED):
        DOCUMENT.fire(earlier, "void")
    document = Document(
        kind=kind,
        subject_id=subject_id,
        order_id=order_id,
        render_id=render_id,
        source=f"svc-{KINDS[kind].service}",
        code=new_code(),
        status="requested",
    )
    return DOCUMENT.created(document, SYSTEM)


def issue(*, kind: str, subject_id: uuid.UUID, render_id: str) -> None:
    """The owner has released it: from now on everybody may verify it."""
    document = db.session.scalar(sa.select(Document).filter_by(kind=kind, subject_id=subject_id, render_id=render_id))
    if document is None or document.status in (*WAITING, "failed"):
        raise TooEarly(f"{kind} {subject_id} is not printed yet")
    DOCUMENT.fire(document, "issue")


def void(*, kind: str, subject_id: uuid.UUID) -> None:
    for document in _list_of(kind, subject_id, statuses=LIVE):
        DOCUMENT.fire(document, "void")


def withdraw(*, kind: str, subject_id: uuid.UUID) -> None:
    for document in _list_of(kind, subject_id, statuses=("issued", "expired")):
        DOCUMENT.fire(document, "withdraw")


def replace(*, kind: str, subject_id: uuid.UUID, keep: Document | None = None) -> None:
    """What was issued for this thing is no longer the last word, except `keep`."""
    for document in _list_of(kind, subject_id, statuses=("issued", "expired", "withdrawn")):
        if document is not keep:
            DOCUMENT.fire(document, "replace")


def expire(*, kind: str, subject_id: uuid.UUID) -> None:
    """What it says has lapsed; what was only asked for is not printed any more."""
    for document in _list_of(kind, subject_id, statuses=("issued",)):
        DOCUMENT.fire(document, "expire")
    for document in _list_of(kind, subject_id, statuses=UNISSUED):
        DOCUMENT.fire(document, "void")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _list_of(kind: str, subject_id: uuid.UUID, *, statuses: Sequence[str]) -> list[Document]:
    found = sa.select(Document).filter_by(kind=kind, subject_id=subject_id).where(Document.status.in_(statuses))
    return list(db.session.scalars(found.order_by(Document.id)))
