"""The pages. Every module here is one blueprint."""

from flask import Flask

from gateway import formatters
from gateway.views import (
    accounts,
    activity,
    acts,
    bulk,
    customers,
    dead_letters,
    drafts,
    errors,
    exports,
    files,
    goto,
    home,
    invoices,
    links,
    lists,
    mailbox,
    masters,
    masters_more,
    notifications,
    orders,
    organisms,
    own_data,
    page,
    preferences,
    public,
    reordering,
    reports,
    results,
    samples,
    saved_views,
    staff,
    tariff,
    trace,
    tracking,
    vault,
    workflows,
)

AREAS = (
    public,
    tracking,
    tariff,
    accounts,
    links,
    home,
    goto,
    preferences,
    lists,
    orders,
    drafts,
    reordering,
    samples,
    results,
    organisms,
    acts,
    bulk,
    exports,
    saved_views,
    reports,
    invoices,
    files,
    customers,
    vault,
    own_data,
    staff,
    masters_more,
    masters,
    activity,
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
