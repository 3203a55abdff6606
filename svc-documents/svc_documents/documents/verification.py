"""Is this document genuine, and does it still hold? Anybody may ask; the code cannot be guessed."""

from typing import Any

import sqlalchemy as sa

from chassis.db import db
from chassis.problems import NotFound

from ..models import Document
from .registry import KINDS
from .rules import CODE_LENGTH

# our state → the word of the public contract; what is not here is not yet anybody's business
PUBLIC = {
    "issued": ("valid", "Berlaku"),
    "expired": ("expired", "Tidak berlaku lagi"),
    "withdrawn": ("withdrawn", "Ditarik"),
    "replaced": ("replaced", "Digantikan"),
    "voided": ("voided", "Dibatalkan"),
}


def by_code(code: str) -> Document:
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(plain) == CODE_LENGTH:
        document = db.session.scalar(_public().filter_by(code=plain))
        if document is not None:
            return document
    raise NotFound("Kode verifikasi tidak dikenal. Periksa kembali kode pada dokumen.")


def by_sha256(sha256: str) -> Document | None:
    return db.session.scalar(_public().filter_by(sha256=sha256))


def describe(document: Document) -> dict[str, Any]:
    status, label = PUBLIC[document.status]
    successor = _successor(document)
    return {
        "code": document.code,
        "kind": document.kind,
        "kind_label": KINDS[document.kind].label,
        "number": document.number,
        "holder": document.holder,
        "issued_on": document.issued_on,
        "status": status,
        "status_label": label,
        "sha256": document.sha256,
        "replaced_by": successor and {"number": successor.number, "code": successor.code},
    }


def _public() -> sa.Select[Document]:
    return sa.select(Document).where(Document.status.in_(PUBLIC), Document.sha256.is_not(None))


def _successor(document: Document) -> Document | None:
    """The newest issued one that names this one, or that was made later of the same thing."""
    if document.status != "replaced":
        return None
    names_it = sa.and_(Document.replaces_number == document.number, Document.kind == document.kind)
    same_thing = sa.and_(Document.subject_id == document.subject_id, Document.id > document.id)
    later = sa.select(Document).where(
        Document.status.in_(("issued", "expired", "replaced")), sa.or_(names_it, same_thing)
    )
    return db.session.scalar(later.order_by(Document.id.desc()).limit(1))
