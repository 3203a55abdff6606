"""People: accounts, customers, staff, roles, sessions, working calendar, office."""

from typing import Any

from flask import Flask

from chassis import exports
from chassis.service import create_service
from svc_identity import commands, demo, tasks, workflow
from svc_identity.absences import routes as absences
from svc_identity.calendar import routes as calendar
from svc_identity.clients import routes as clients
from svc_identity.config import Config
from svc_identity.customers import figures
from svc_identity.customers import routes as customers
from svc_identity.customers.queue import QUEUE
from svc_identity.links import routes as links
from svc_identity.members import routes as members
from svc_identity.office import routes as office
from svc_identity.own_data import routes as own_data
from svc_identity.preferences import routes as preferences
from svc_identity.sessions import internal, tokens
from svc_identity.sessions import routes as sessions
from svc_identity.staff import routes as staff
from svc_identity.vault import routes as vault
from svc_identity.views import routes as views

PUBLIC = (
    sessions,
    own_data,
    preferences,
    views,
    customers,
    members,
    vault,
    staff,
    absences,
    clients,
    links,
    calendar,
    office,
)


SOURCES = (customers.SOURCE, staff.SOURCE)


def create_app(**overrides: Any) -> Flask:
    app = create_service(
        "identity",
        package=__name__,
        config=Config,
        blueprints=[
            *(routes.bp for routes in PUBLIC),
            figures.bp,
            internal.bp,
            links.internal_bp,
            *exports.blueprints(*SOURCES),
        ],
        workflows=workflow.ALL,
        schedules=[tasks, exports.tasks],
        commands=commands.COMMANDS,
        queue=QUEUE,
        overrides=overrides,
    )
    tokens.init_app(app)
    demo.refuse_in_production(app)
    return app
