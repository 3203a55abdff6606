from typing import Any

from flask import Flask

from chassis.jobs import make_celery
from chassis.service import create_service

from . import commands, consumers, tasks
from .config import Config
from .documents import routes as documents
from .documents.tracing import documents_of
from .documents.workflow import DOCUMENT
from .files import routes as files
from .masters import routes as masters
from .masters.workflow import FORMAT, SIGNATORY
from .signing import providers

UPLOAD_LIMIT = 20 * 1024 * 1024
MULTIPART_FRAME = 64 * 1024


def create(**overrides: Any) -> Flask:
    app = create_service(
        "documents",
        package=__package__ or "svc_documents",
        config=Config,
        blueprints=[files.bp, documents.bp, masters.bp],
        workflows=[DOCUMENT, SIGNATORY, FORMAT],
        consumers=[consumers],
        schedules=[tasks],
        commands=[commands.cli],
        traces=[documents_of],
        max_body=UPLOAD_LIMIT + MULTIPART_FRAME,
        overrides=overrides,
    )
    providers.refuse_demo_seal(app)
    make_celery(app, task_time_limit=60, task_soft_time_limit=45)
    return app
