"""Keep documents of customers."""

import sqlalchemy as sa
from alembic import op

from chassis.db import UTCDateTime

revision = "svc_identity_0005"
down_revision = "svc_identity_0004"
branch_labels = None
depends_on = None

IS_ONLY = sa.text("status = 'current' AND kind IN ('deed', 'nib', 'npwp', 'authority')")


def upgrade() -> None:
    op.create_table(
        "customer_documents",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("file_by", sa.String(length=64), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_documents_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["customer_documents.id"],
            name=op.f("fk_customer_documents_replaces_id_customer_documents"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_documents")),
    )
    with op.batch_alter_table("customer_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_documents_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_customer_documents_expires", ["status", "expires_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_documents_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_customer_documents_current",
            ["customer_id", "kind"],
            unique=True,
            sqlite_where=IS_ONLY,
            postgresql_where=IS_ONLY,
        )
