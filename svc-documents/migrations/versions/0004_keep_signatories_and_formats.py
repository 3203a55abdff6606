"""Keep signatories and formats."""

import sqlalchemy as sa
from alembic import op

from chassis.db import JSONType, UTCDateTime

revision = "svc_documents_0004"
down_revision = "svc_documents_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create(
        "signatories",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("nip", sa.String(length=30), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("picture_file_id", sa.Uuid(), nullable=True),
        sa.Column("picture_by", sa.String(length=64), nullable=False),
    )
    _create(
        "formats",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("header_text", sa.Text(), nullable=False),
        sa.Column("footer_text", sa.Text(), nullable=False),
        sa.Column("notes", JSONType(), nullable=False),
        sa.Column("hidden_columns", JSONType(), nullable=False),
        sa.UniqueConstraint("kind", name=op.f("uq_formats_kind")),
    )


def _create(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{name}_status"), ["status"], unique=False)
