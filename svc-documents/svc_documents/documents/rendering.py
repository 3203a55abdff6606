"""One document from its id to its bytes. Safe to run any number of times and to kill at any moment."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from marshmallow import ValidationError

from chassis.db import JSONType, atomic, db, lock, new_id, now
from chassis.events.faults import kill_point
from chassis.http import Peer
from chassis.problems import Unavailable

from .. import letterheads
from ..masters import rules as masters
from ..models import Document, File
from ..office import Office
from ..signing import providers
from ..storage import Stored, storage
from . import rules
from .kinds import Content, Facts
from .printer import print_document
from .registry import KINDS
from .workflow import DOCUMENT, WAITING

ATTEMPTS = 3
LEASE = timedelta(seconds=30)  # a page or two take seconds; whoever was killed at it keeps the order waiting so long
PAUSE = timedelta(seconds=10)

log = structlog.get_logger("rendering")


@dataclass(frozen=True)
class Job:
    """What one attempt needs; taken out of the database so that none is open while others are asked."""

    document_id: uuid.UUID
    lease_id: uuid.UUID
    kind: str
    subject_id: uuid.UUID
    render_id: str
    code: str
    letterhead: dict[str, Any]
    provider: str


def render(document_id: uuid.UUID) -> None:
    """Print it and keep the bytes, if nobody else is at it and nothing else was decided meanwhile."""
    job = _claim(document_id)
    if job is None:
        return
    kill_point("rendering.after_claim")
    try:
        content = fetch(job)
        facts, final = KINDS[job.kind].facts(content), _sign(job, _print(job, content))
    except Unavailable as error:
        _postpone(job, str(error))
    except (LookupError, ValidationError) as error:
        _give_up(job, f"{type(error).__name__}: {error}")
    except Exception as error:
        log.exception("not printed", document_id=str(document_id))
        _note(job, f"{type(error).__name__}: {error}")
    else:
        if final is not None:
            _keep(job, facts, final)


def fetch(job: Job) -> Content:
    kind = KINDS[job.kind]
    path = kind.content_path.format(subject_id=job.subject_id, render_id=job.render_id)
    return masters.dressed(kind.code, kind.content().load(Peer(kind.service).get(path)))


def verify_url(code: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}/verifikasi/{code}"


def _print(job: Job, content: Content) -> bytes:
    return print_document(
        KINDS[job.kind],
        content,
        office=Office.of(job.letterhead),
        verify_url=verify_url(job.code),
        zone=current_app.config["OFFICE_TIMEZONE"],
        signature=job.provider,
    )


def _sign(job: Job, printed: bytes) -> bytes | None:
    """What may leave the house; None when the document is no longer ours. That it waits is said before anybody signs."""
    if not providers.signs(job.provider):
        return printed
    if not _await_signature(job):
        return None
    kill_point("rendering.before_sign")
    return providers.sign(job.provider, printed)


@atomic
def _await_signature(job: Job) -> bool:
    document = _held(job)
    if document and document.status == "requested":
        DOCUMENT.fire(document, "await_signature")
    return document is not None


@atomic
def _claim(document_id: uuid.UUID) -> Job | None:
    """Ours to print and sign, by compare-and-swap; the letterhead is frozen with the first attempt."""
    office, lease_id = letterheads.find(), new_id()
    if office is None:
        return None
    is_free = sa.or_(Document.lease_until.is_(None), Document.lease_until < now())
    swapped = db.session.execute(
        sa.update(Document)
        .where(Document.id == document_id, Document.status.in_(WAITING), Document.attempts < ATTEMPTS, is_free)
        .values(
            attempts=Document.attempts + 1,
            lease_id=lease_id,
            lease_until=now() + LEASE,
            letterhead=sa.func.coalesce(Document.letterhead, sa.literal(office, JSONType())),
        )
        .returning(Document)
        .execution_options(populate_existing=True)
    )
    document = swapped.scalar_one_or_none()
    if document is None:
        return None
    names = ("kind", "subject_id", "render_id", "code", "letterhead")
    provider = providers.of_kind(document.kind)
    facts = {name: getattr(document, name) for name in names}
    return Job(document_id=document_id, lease_id=lease_id, provider=provider, **facts)


def _keep(job: Job, facts: Facts, final: bytes) -> None:
    stored = storage().put(final)
    kill_point("rendering.before_keep")
    if not _record(job, facts, stored):
        storage().discard(stored.key)


@atomic
def _record(job: Job, facts: Facts, stored: Stored) -> bool:
    document = _held(job)
    if document is None:
        return False
    file = _file_of(document, facts, stored)
    db.session.add(file)
    db.session.flush()
    document.number, document.holder, document.issued_on = facts.number, facts.holder, facts.issued_on
    document.replaces_number = facts.replaces_number
    document.file_id, document.sha256, document.rendered_at = file.id, stored.sha256, now()
    document.lease_id, document.lease_until, document.error = None, None, None
    document.signature = job.provider
    DOCUMENT.fire(document, "sign" if providers.signs(job.provider) else "render")
    if document.status == "issued":
        rules.replace(kind=document.kind, subject_id=document.subject_id, keep=document)
    return True


def _file_of(document: Document, facts: Facts, stored: Stored) -> File:
    readable = f"{KINDS[document.kind].label} {facts.number}.pdf".replace("/", "-")
    return File(
        name=readable,
        media_type="application/pdf",
        size=stored.size,
        sha256=stored.sha256,
        original_sha256=stored.sha256,
        storage_key=stored.key,
        source=document.source,
        released_at=now(),
    )


def _held(job: Job) -> Document | None:
    """The row, locked, if this attempt still holds it."""
    document = db.session.get_one(Document, job.document_id)
    lock(document)
    return document if document.status in WAITING and document.lease_id == job.lease_id else None


@atomic
def _postpone(job: Job, reason: str) -> None:
    """The owner does not answer: that is no fault of this document, so the attempt does not count."""
    if document := _held(job):
        document.attempts -= 1
        document.lease_id, document.lease_until, document.error = None, now() + PAUSE, reason


@atomic
def _note(job: Job, reason: str) -> None:
    if document := _held(job):
        document.lease_id, document.lease_until, document.error = None, now() + PAUSE, reason


@atomic
def _give_up(job: Job, reason: str) -> None:
    if document := _held(job):
        document.error = reason
        DOCUMENT.fire(document, "fail")


def due() -> list[uuid.UUID]:
    """Documents nobody is printing, because the message was lost, the worker died, or a pause is over."""
    waiting = sa.and_(Document.lease_until.is_(None), Document.status_since < now() - timedelta(seconds=5))
    stale = sa.select(Document.id).where(
        Document.status.in_(WAITING), sa.or_(waiting, Document.lease_until < now()), Document.attempts < ATTEMPTS
    )
    return list(db.session.scalars(stale.limit(200)))


@atomic
def bury_exhausted() -> None:
    """Three attempts and still no bytes: whoever waits is told."""
    spent = sa.select(Document).where(
        Document.status.in_(WAITING), Document.attempts >= ATTEMPTS, Document.lease_until < now()
    )
    for document in db.session.scalars(spent.limit(200)):
        lock(document)
        if document.status in WAITING and document.attempts >= ATTEMPTS:
            document.error = document.error or "Proses pencetakan terhenti tiga kali."
            DOCUMENT.fire(document, "fail")
