"""The migrations make exactly what the models declare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

import svc_billing
from chassis.db import ExactDecimal, JSONType, UTCDateTime, db
from chassis.testing import database, settings


def test_the_migrated_tables_are_those_of_the_models(tmp_path, trusted):
    with database(tmp_path, "billing_migrations") as url:
        app = svc_billing.create_app(**settings("svc_billing", tmp_path, trusted, url))
        with app.app_context():
            upgrade(revision="heads")
            with db.engine.connect() as connection:
                context = MigrationContext.configure(
                    connection, opts={"compare_type": differs, "include_object": declared}
                )
                differences = compare_metadata(context, db.metadata)
                indexes = {index["name"] for index in sa.inspect(connection).get_indexes("payments")}
            db.engine.dispose()

    assert differences == []
    assert {"uq_payments_ntpn", "uq_payments_invoice"} <= indexes


def declared(thing, name, kind, reflected, compare_to):
    """All but the trigram indexes, which only PostgreSQL has and the migrations write by hand."""
    return not (kind == "index" and name.endswith("_trgm"))


def differs(context, inspected, declared, inspected_type, declared_type):
    return False if isinstance(declared_type, UTCDateTime | ExactDecimal | JSONType) else None
