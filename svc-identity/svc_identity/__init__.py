"""People: accounts, customers, staff, roles, sessions, working calendar, office."""

from typing import Any

from flask import Flask

from chassis.service import create_service
from svc_identity import commands, demo, tasks, workflow
from svc_identity.absences import routes as absences
from svc_identity.calendar import routes as calendar
from svc_identity.clients import routes as clients
from svc_identity.config import Config
from svc_identity.customers import routes as customers
from svc_identity.links import routes as links
from svc_identity.members import routes as members
from svc_identity.office import routes as office
from svc_identity.sessions import internal, tokens
from svc_identity.sessions import routes as sessions
from svc_identity.staff import routes as staff

PUBLIC = (sessions, customers, members, staff, absences, clients, links, calendar, office)


def create_app(**overrides: Any) -> Flask:
    app = create_service(
        "identity",
        package=__name__,
        config=Config,
        blueprints=[*(routes.bp for routes in PUBLIC), internal.bp, links.internal_bp],
        workflows=workflow.ALL,
        schedules=[tasks],
        commands=commands.COMMANDS,
        overrides=overrides,
    )
    tokens.init_app(app)
    demo.refuse_in_production(app)
    return app
