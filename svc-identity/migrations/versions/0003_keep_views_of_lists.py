"""Keep views of lists."""

import sqlalchemy as sa
from alembic import op

from chassis.db import UTCDateTime

revision = "svc_identity_0003"
down_revision = "svc_identity_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(owner_id IS NULL) <> (role IS NULL)", name=op.f("ck_saved_views_one_owner")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner_id", "list", "name", name=op.f("uq_saved_views_owner_id")),
        sa.UniqueConstraint("role", "list", "name", name=op.f("uq_saved_views_role")),
    )
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.create_index("ix_saved_views_role", ["role", "list"], unique=False)

    op.create_table(
        "default_views",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_default_views_user_id_users")),
        sa.ForeignKeyConstraint(["view_id"], ["saved_views.id"], name=op.f("fk_default_views_view_id_saved_views")),
        sa.PrimaryKeyConstraint("user_id", "list", name=op.f("pk_default_views")),
    )
    with op.batch_alter_table("default_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_default_views_view_id"), ["view_id"], unique=False)
