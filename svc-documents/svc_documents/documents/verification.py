"""Is this document genuine, and does it still hold? Anybody may ask; the code cannot be guessed."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app

from chassis.db import db
from chassis.problems import NotFound

from ..files import inspection
from ..models import Document
from ..signing import certificates, providers
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
SEALS = {
    "valid": "sah",
    "broken": "tidak sah, isi berkas berubah setelah disegel",
    "foreign": "tidak ada, berkas ditandatangani pihak lain",
    "absent": "tidak ada",
    "unreadable": "tidak dapat diperiksa, berkas rusak atau terlalu rumit",
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
        "signature": signature_of(document),
        "replaced_by": successor and {"number": successor.number, "code": successor.code},
    }


def signature_of(document: Document) -> dict[str, str]:
    provider = document.signature or "qr"
    return {"provider": provider, "label": providers.LABELS[provider]}


def seal_on(upload: BinaryIO, document: Document | None) -> str:
    """Bytes on record are as they were sealed; those of strangers are looked at behind glass."""
    if document is not None:
        return {"office": "valid", "bsre": "foreign"}.get(document.signature or "", "absent")
    path = current_app.config["SEAL_FILE"]
    if not path:
        return "absent"
    with TemporaryDirectory() as name:
        source, trusted = Path(name) / "upload", Path(name) / "certificates"
        with source.open("wb") as copy:
            shutil.copyfileobj(upload, copy)
        trusted.write_bytes(certificates.public_part(Path(path).read_bytes()))
        return inspection.check_seal(source, trusted)


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
