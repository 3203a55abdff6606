"""`celery --app svc_documents.celery_app worker`: prints documents."""

import warnings

from . import create_app

warnings.filterwarnings("ignore", "You're running the worker")  # as whom, is said by whoever starts it
app = create_app().extensions["celery"]
