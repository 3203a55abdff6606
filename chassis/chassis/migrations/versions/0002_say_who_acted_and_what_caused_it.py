"""Say who acted and what caused it."""

import sqlalchemy as sa
from alembic import op

from chassis.db import UTCDateTime

revision = "chassis_0002"
down_revision = "chassis_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "http_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_roles", sa.String(length=300), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("traceparent", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", "about", name=op.f("pk_http_acts")),
    )
    with op.batch_alter_table("http_acts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_http_acts_about"), ["about"], unique=False)

    with op.batch_alter_table("dead_letters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("resolved_by_name", sa.String(length=200), nullable=True))

    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cause_id", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("traceparent", sa.String(length=100), nullable=True))

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_key", ["partition_key"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cause_id", sa.String(length=100), nullable=True))
        batch_op.create_index("ix_outbox_key", ["partition_key"], unique=False)
