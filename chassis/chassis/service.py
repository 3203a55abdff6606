"""create_service: a Flask application with everything a service stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from types import ModuleType
from typing import Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask_smorest import Api
from prometheus_client import CollectorRegistry

from chassis import (
    acts,
    auth,
    finding,
    health,
    idempotency,
    migrations,
    outages,
    problems,
    queues,
    spans,
    telemetry,
    web,
)
from chassis.config import Settings, load, peers
from chassis.db import db, url_of
from chassis.events.faults import kill_point
from chassis.keys import Signer, Trust
from chassis.workflow import Workflow


class Json(JSONProvider):
    """Dates as ISO 8601 and exact decimals, whichever way a view answers."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, default=self._plain, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    @staticmethod
    def _plain(value: Any) -> str:
        if isinstance(value, Decimal):
            return format(value, "f")
        raise TypeError(f"{type(value).__name__} is no JSON")


MAX_BODY = 2 * 1024 * 1024


@dataclass
class Chassis:
    """What a service's parts look up: `current_app.extensions["chassis"]`."""

    name: str
    package: str
    signer: Signer
    trust: Trust
    peers: dict[str, str]
    registry: CollectorRegistry
    workflows: dict[str, Workflow]
    consumers: Sequence[ModuleType] = ()
    schedules: Sequence[ModuleType] = ()
    traces: Sequence[Callable[[Any], Any]] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def around_act(act: Callable[[], Any]) -> Any:
        answer = idempotency.answered_once(lambda: acts.noted(act))
        kill_point("web.before_commit")
        return answer

    @property
    def source(self) -> str:
        return f"svc-{self.name}"


def create_service(
    name: str,
    *,
    package: str,
    config: type[Settings] = Settings,
    blueprints: Sequence[web.Blueprint] = (),
    workflows: Sequence[Workflow] = (),
    consumers: Sequence[ModuleType] = (),
    schedules: Sequence[ModuleType] = (),
    commands: Sequence[Any] = (),
    traces: Sequence[Callable[[Any], Any]] = (),
    queue: Sequence[queues.Lane] = (),
    numbers: Sequence[finding.Kind] = (),
    max_body: int = MAX_BODY,
    overrides: dict[str, Any] | None = None,
) -> Flask:
    """Make the service `name`. `overrides` replace settings from the environment (tests).

    `traces` add to the trace of an order what only this service knows (`chassis.tracing.Entry`). `queue` declares what waits for
    whom (`chassis.queues`), `numbers` what can be found by its number (`chassis.finding`).
    """
    settings = load(config, **(overrides or {}))
    app = Flask(package)
    app.json = Json(app)
    app.config.update({key.upper(): value for key, value in asdict(settings).items()})
    app.config.update(SQLALCHEMY_DATABASE_URI=url_of(settings.database_url), MAX_CONTENT_LENGTH=max_body)
    app.config.update(SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url))
    telemetry.configure_logging(settings.log_level)
    spans.configure(f"svc-{name}", settings.otel_exporter_otlp_endpoint)
    registry = CollectorRegistry()
    app.extensions["chassis"] = Chassis(
        name=name,
        package=package,
        signer=Signer.from_file(f"svc-{name}", settings.key_file),
        trust=Trust(settings.trust_dir),
        peers=peers(settings.peers),
        registry=registry,
        workflows={flow.name: flow for flow in workflows},
        consumers=consumers,
        schedules=schedules,
        traces=traces,
    )
    telemetry.init_app(app, registry)
    auth.init_app(app)
    db.init_app(app)
    migrations.init_app(app, package)
    blueprints = [
        *blueprints,
        *([queues.blueprint(queue)] if queue else ()),
        *([finding.blueprint(numbers)] if numbers else ()),
    ]
    _routes(app, name, blueprints)
    app.after_request(_before_answer)
    outages.init_app(app)
    problems.init_app(app)  # after the routes: smorest has put its own handler in place
    for flow in workflows:
        assert not flow.faults(), f"{flow.name}: {flow.faults()}"
    _commands(app, commands)
    auth.check_routes(app)
    return app


def _before_answer(response: Response) -> Response:
    if request.method == "POST" and response.status_code < 300:  # what was acted has been committed
        kill_point("web.before_answer")
    return response


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 3,
        # compiling a plan takes longer than any of our statements: it is meant for reports over millions of rows
        "connect_args": {"connect_timeout": 2, "options": "-c jit=off"},
    }


def _routes(app: Flask, name: str, blueprints: Sequence[web.Blueprint]) -> None:
    from chassis import activity, tracing
    from chassis.events import dead_letter_routes, feed, figures

    app.config.update(
        API_TITLE=f"ZEROCALLS {name}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.DEFAULT_ERROR_RESPONSE_NAME = None
    for blueprint in (*blueprints, web.workflows, dead_letter_routes.bp, tracing.bp, activity.bp):
        prefix = "/internal" if blueprint.internal else f"/api/v1/{name}"
        api.register_blueprint(blueprint, url_prefix=prefix)
    app.register_blueprint(feed.bp, url_prefix="/internal")
    app.register_blueprint(health.bp)
    figures.register(app.extensions["chassis"].registry)


def _commands(app: Flask, commands: Sequence[Any]) -> None:
    from chassis import anchors
    from chassis.events import commands as processes

    for command in (*processes.COMMANDS, anchors.commands, *commands):
        app.cli.add_command(command)
