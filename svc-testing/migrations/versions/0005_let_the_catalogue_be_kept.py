"""Let the catalogue be kept: lives of standards and parameters, notes and words of limits, imports."""

import sqlalchemy as sa
from alembic import op

from chassis.db import JSONType, UTCDateTime

revision = "svc_testing_0005"
down_revision = "svc_testing_0004"
branch_labels = None
depends_on = None

KEPT = sa.text("status <> 'deleted'")
LONG_AGO = sa.text("'2026-01-01 00:00:00'")
LIMITS = (("limit_words", 200), ("limit_basis", 20), ("limit_note", 300))


def upgrade() -> None:
    for table in ("parameter", "sample_parameter", "analysis"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, length in LIMITS:
                batch_op.add_column(sa.Column(name, sa.String(length=length), server_default="", nullable=False))
    _give_a_life("standard", status="current")
    _give_a_life("parameter", status="offered")
    op.execute("UPDATE parameter SET status = 'blocked' WHERE blocked_at IS NOT NULL")
    with op.batch_alter_table("standard", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("class_name", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("source", sa.String(length=200), server_default="", nullable=False))
        batch_op.drop_constraint("uq_standard_code", type_="unique")
    with op.batch_alter_table("parameter", schema=None) as batch_op:
        batch_op.drop_constraint("uq_parameter_standard_id_name", type_="unique")
    _create_unique("uq_standard_code", "standard", ["code"])
    _create_unique("uq_parameter_name", "parameter", ["standard_id", "name"])
    _create_imports()


def _give_a_life(table: str, *, status: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(length=40), server_default=status, nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("workflow_version", sa.String(length=16), server_default="", nullable=False))
        for name in ("status_since", "created_at", "updated_at"):
            batch_op.add_column(sa.Column(name, UTCDateTime(), server_default=LONG_AGO, nullable=False))
        batch_op.create_index(batch_op.f(f"ix_{table}_status"), ["status"], unique=False)


def _create_unique(name: str, table: str, columns: list[str]) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=KEPT, postgresql_where=KEPT)


def _create_imports() -> None:
    op.create_table(
        "catalogue_import",
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("brought_by", sa.String(length=200), nullable=False),
        sa.Column("rows", JSONType(), nullable=False),
        sa.Column("changes", JSONType(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_import")),
    )
    with op.batch_alter_table("catalogue_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_catalogue_import_status"), ["status"], unique=False)
