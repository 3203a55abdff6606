"""Slow and due work: printing, and finding what nobody prints."""

import uuid

import sqlalchemy as sa
import structlog
from celery import shared_task
from flask import current_app
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from chassis import tracing
from chassis.db import db
from chassis.schedule import every

from .documents import rendering
from .files import rules as files

log = structlog.get_logger("tasks")


@shared_task(name="documents.render")
def render(document_id: str) -> None:
    tracing.resume(uuid.UUID(document_id))
    rendering.render(uuid.UUID(document_id))


def enqueue(document_id: uuid.UUID) -> None:
    """Hand it to Celery. When that fails the row still says so, and `enqueue_stale` finds it."""
    try:
        celery = current_app.extensions["celery"]  # of this application; Celery's own idea is the one made last
        celery.tasks[render.name].apply_async((str(document_id),), retry=False)
    except OperationalError:
        log.warning("not enqueued", document_id=str(document_id))


def enqueue_after_commit(document_id: uuid.UUID) -> None:
    db.session.info.setdefault("to_enqueue", []).append(document_id)


@every(seconds=5)
def enqueue_stale() -> None:
    rendering.bury_exhausted()
    for document_id in rendering.due():
        enqueue(document_id)


@every(seconds=30)
def scan_waiting_files() -> None:
    files.scan_waiting()


@every(seconds=3600)
def sweep_files() -> None:
    files.sweep()


@sa.event.listens_for(Session, "after_commit")
def _hand_over(session: Session) -> None:
    for document_id in session.info.pop("to_enqueue", ()):
        enqueue(document_id)


@sa.event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("to_enqueue", None)
