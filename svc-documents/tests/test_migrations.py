"""The migrations make exactly what the models declare, and what is due is found by its index."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

import svc_documents
from chassis.db import JSONType, UTCDateTime, db
from chassis.testing import database, settings


def test_the_migrated_tables_are_those_of_the_models(tmp_path, trusted):
    with database(tmp_path, "documents_migrations") as url:
        chosen = settings("svc_documents", tmp_path, trusted, url) | {"files_dir": str(tmp_path)}
        app = svc_documents.create_app(**chosen)
        with app.app_context():
            upgrade(revision="heads")
            with db.engine.connect() as connection:
                context = MigrationContext.configure(
                    connection, opts={"compare_type": differs, "include_name": is_ours}
                )
                differences = compare_metadata(context, db.metadata)
                indexes = {index["name"]: index for index in sa.inspect(connection).get_indexes("documents")}
            db.engine.dispose()

    assert differences == []
    options = indexes["ix_documents_due"]["dialect_options"]
    (condition,) = (str(value) for name, value in options.items() if name.endswith("_where"))
    assert "unsigned" in condition


def differs(context, inspected, declared, inspected_type, declared_type):
    return False if isinstance(declared_type, UTCDateTime | JSONType) else None


def is_ours(name, kind, parents):
    """The chassis makes tables for services of other kinds, too."""
    return kind != "table" or name in db.metadata.tables
