"""A look before the issue: printed at once, marked as a draft, never stored."""

import uuid

from flask import current_app

from chassis.db import db
from chassis.http import Peer
from chassis.problems import NotFound, Unavailable

from .. import letterheads
from ..files import grants
from ..masters import rules as masters
from ..office import Office
from .printer import print_document
from .registry import KINDS


def render(plural: str, subject_id: uuid.UUID, *, grant: str) -> bytes:
    """The draft of what `grant` leaves to read; the owning service decides by signing it."""
    kind = next((kind for kind in KINDS.values() if kind.plural == plural), None)
    claims = grants.read(grant)
    if kind is None or claims is None:
        raise NotFound()
    owner = f"svc-{kind.service}"
    if not grants.covers(claims, file_id=subject_id, attached_by=owner, source=owner):
        raise NotFound()
    office = letterheads.find()
    db.session.rollback()
    if office is None:
        raise Unavailable("Kop surat belum tersedia. Coba beberapa saat lagi.")
    try:
        said = kind.load(Peer(kind.service).get(kind.draft_path.format(subject_id=subject_id)))
    except LookupError as error:
        raise NotFound() from error
    content = masters.dressed(kind.code, said)
    return print_document(
        kind,
        {**content, "is_draft": True},
        office=Office.of(office),
        verify_url=None,
        zone=current_app.config["OFFICE_TIMEZONE"],
    )
