"""Keep lists that people asked for."""

import sqlalchemy as sa
from alembic import op

from chassis.db import JSONType, UTCDateTime

revision = "chassis_0004"
down_revision = "chassis_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_exports",
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("person", JSONType(), nullable=False),
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("asked", JSONType(), nullable=False),
        sa.Column("words", JSONType(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.String(length=500), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_exports")),
    )
    with op.batch_alter_table("list_exports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_exports_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_list_exports_owner_id", ["owner_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_exports_status"), ["status"], unique=False)

    op.create_table(
        "list_export_pieces",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rows", JSONType(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["list_exports.id"], name=op.f("fk_list_export_pieces_export_id_list_exports")
        ),
        sa.PrimaryKeyConstraint("export_id", "n", name=op.f("pk_list_export_pieces")),
    )
    op.create_table(
        "list_export_files",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["list_exports.id"], name=op.f("fk_list_export_files_export_id_list_exports")
        ),
        sa.PrimaryKeyConstraint("export_id", name=op.f("pk_list_export_files")),
    )
