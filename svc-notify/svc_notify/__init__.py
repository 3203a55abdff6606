"""svc-notify: tells people what happened, and other systems what they may know."""

from typing import Any

from flask import Flask

from chassis.config import load
from chassis.service import create_service
from svc_notify import commands, consumers, figures, mailbox, routes, tasks, tracing, wording
from svc_notify.config import Config
from svc_notify.streams import Streams


def create_app(**overrides: Any) -> Flask:
    settings = load(Config, **overrides)
    app = create_service(
        "notify",
        package=__name__,
        config=Config,
        blueprints=[routes.bp, *([mailbox.bp] if settings.has_mailbox else [])],
        consumers=[consumers],
        schedules=[tasks],
        commands=commands.COMMANDS,
        traces=[tracing.messages_of],
        overrides=overrides,
    )
    app.extensions["streams"] = Streams(settings.streams_max, settings.stream_seconds)
    figures.register(app, app.extensions["chassis"].registry)
    wording.check()
    return app
