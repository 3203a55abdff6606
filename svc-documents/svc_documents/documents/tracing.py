"""What the trace of an order shows of documents: the job that prints, and the bytes it kept."""

import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from chassis.db import db
from chassis.history import History
from chassis.spans import trace_id
from chassis.tracing import MOST, Entry

from ..models import Document


def documents_of(order_id: uuid.UUID) -> Iterator[Entry]:
    mine = sa.select(Document).filter_by(order_id=order_id).order_by(Document.created_at.desc()).limit(MOST)
    documents = list(db.session.scalars(mine))
    born = sa.select(History).where(History.root_id.in_([each.id for each in documents]), History.seq == 1)
    first = {row.root_id: row for row in db.session.scalars(born)}
    for document in documents:
        row = first.get(document.id)
        request_id, trace = (row.request_id, trace_id(row.traceparent)) if row else ("", "")
        yield _job(document, request_id, trace, row.cause_id if row else None)
        if document.rendered_at:
            yield _document(document, request_id, trace)


def _job(document: Document, request_id: str, trace: str, cause: str | None) -> Entry:
    took = document.rendered_at and round((document.rendered_at - document.created_at).total_seconds() * 1000)
    return Entry(
        at=document.created_at,
        kind="job",
        what=f"documents.render {document.kind}",
        id=str(document.id),
        request_id=request_id,
        trace=trace,
        cause=cause,
        attempts=document.attempts,
        status="done" if document.rendered_at else document.status,
        details={"render_id": document.render_id, "done_at": document.rendered_at, "ms": took, "error": document.error},
    )


def _document(document: Document, request_id: str, trace: str) -> Entry:
    assert document.rendered_at is not None
    return Entry(
        at=document.rendered_at,
        kind="document",
        what=f"{document.kind} {document.number}",
        id=str(document.file_id),
        request_id=request_id,
        trace=trace,
        cause=str(document.id),
        attempts=1,
        status=document.status,
        details={"sha256": document.sha256, "code": document.code, "issued_on": document.issued_on},
    )
