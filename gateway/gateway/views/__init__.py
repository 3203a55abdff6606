"""The pages. Every module here is one blueprint."""

from flask import Flask

from gateway import formatters
from gateway.views import (
    accounts,
    acts,
    bulk,
    customers,
    dead_letters,
    drafts,
    errors,
    files,
    home,
    invoices,
    links,
    lists,
    mailbox,
    notifications,
    orders,
    page,
    public,
    reports,
    samples,
    staff,
    trace,
    workflows,
)

AREAS = (
    public,
    accounts,
    links,
    home,
    lists,
    orders,
    drafts,
    samples,
    acts,
    bulk,
    reports,
    invoices,
    files,
    customers,
    staff,
    notifications,
    mailbox,
    workflows,
    dead_letters,
    trace,
)


def register(app: Flask) -> None:
    formatters.register(app)
    page.register(app)
    errors.register(app)
    for area in AREAS:
        app.register_blueprint(area.bp)
