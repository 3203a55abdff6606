from typing import Any

from flask import Flask

from chassis.jobs import make_celery
from chassis.service import create_service

from . import consumers, tasks
from .config import Config
from .documents import routes as documents
from .documents.tracing import documents_of
from .documents.workflow import DOCUMENT
from .files import routes as files

UPLOAD_LIMIT = 20 * 1024 * 1024
MULTIPART_FRAME = 64 * 1024


def create(**overrides: Any) -> Flask:
    app = create_service(
        "documents",
        package=__package__ or "svc_documents",
        config=Config,
        blueprints=[files.bp, documents.bp],
        workflows=[DOCUMENT],
        consumers=[consumers],
        schedules=[tasks],
        traces=[documents_of],
        max_body=UPLOAD_LIMIT + MULTIPART_FRAME,
        overrides=overrides,
    )
    make_celery(app, task_time_limit=60, task_soft_time_limit=45)
    return app
