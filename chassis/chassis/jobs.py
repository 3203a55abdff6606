"""Celery for slow work. It carries ids only: the row in the database is the truth, so a task may run twice."""

from __future__ import annotations

from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import before_task_publish
from flask import Flask, g, has_app_context

from chassis import lite_transport, spans  # noqa: F401 (registers lite://)
from chassis.telemetry import begin_work, trace

# kombu looks for tasks of dead workers every interval × throttle seconds, 100 by default
REDIS = {"visibility_timeout": 120, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}


def make_celery(app: Flask, **settings: Any) -> Celery:
    """Celery on `CELERY_BROKER_URL`; tasks run in the application's context, with the request id of who asked."""

    class ContextTask(Task):
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            if has_app_context():
                return self.run(*args, **kwargs)
            carried = self.request.get("zerocalls") or {}
            request_id, parent = carried.get("request_id", ""), carried.get("traceparent", "")
            facts = {"request.id": request_id, "attempt": self.request.retries + 1}
            with (
                app.app_context(),
                structlog.contextvars.bound_contextvars(task=self.name),
                spans.span(f"job {self.name}", spans.CONSUMER, parent, **facts) as own,
            ):
                begin_work(request_id=request_id, traceparent=own, cause_id=carried.get("cause_id"))
                return self.run(*args, **kwargs)

    url = app.config["CELERY_BROKER_URL"]
    celery = Celery(app.import_name, task_cls=ContextTask, broker=url)
    celery.conf.update(
        broker_connection_retry_on_startup=True,
        broker_transport_options=REDIS if url.startswith("redis") else {},
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_default_queue=app.extensions["chassis"].source,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=url.startswith("redis"),
        worker_hijack_root_logger=False,
        **settings,
    )
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


@before_task_publish.connect
def _carry(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and has_app_context():
        headers["zerocalls"] = {
            "request_id": g.get("request_id", ""),
            "traceparent": trace(),
            "cause_id": g.get("cause_id"),
        }
