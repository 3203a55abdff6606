"""The only public door: API routing, sessions, the web pages."""

from pathlib import Path
from typing import Any

from flask import Flask, g, request

from chassis import config as settings
from chassis import spans
from chassis.telemetry import configure_logging
from gateway import cookies, csrf, errors, gate, health, incoming, openapi, session, stream, views
from gateway.api import Door
from gateway.config import Config
from gateway.health import Figures


def create_app(**overrides: Any) -> Flask:
    config = settings.load(Config, **overrides)
    configure_logging(config.log_level)
    spans.configure("gateway", config.otel_exporter_otlp_endpoint)
    app = Flask(__name__)
    app.config.update({name.upper(): value for name, value in vars(config).items()})
    app.config.update(MAX_CONTENT_LENGTH=config.max_body_bytes, MAX_FORM_PARTS=1000)
    app.extensions["gate"] = gate.build(config)
    app.extensions["figures"] = Figures()
    app.extensions["openapi"] = openapi.Shelf()
    app.session_interface = cookies.EncryptedSessions(Path(config.key_file).read_bytes(), config.public_url)
    app.before_request(_begin)
    csrf.init_app(app)
    errors.init_app(app)
    for part in (health, openapi, stream):
        app.register_blueprint(part.bp)
    views.register(app)
    app.jinja_env.globals["csrf_token"] = session.csrf_token
    app.wsgi_app = Door(app.wsgi_app, app.extensions["gate"], app.extensions["figures"])  # type: ignore[method-assign]
    return app


def _begin() -> None:
    came = incoming.of(request.environ)
    g.request_id, g.traceparent = came.request_id, came.traceparent
