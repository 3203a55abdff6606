"""`celery --app svc_documents.celery_app worker`: prints documents."""

from . import create_app

app = create_app().extensions["celery"]
