"""Sort lanes by what the source counts."""

import sqlalchemy as sa
from alembic import op

revision = "chassis_0005"
down_revision = "chassis_0004"
branch_labels = None
depends_on = None

PENDING = {"postgresql_where": sa.text("status = 'pending'"), "sqlite_where": sa.text("status = 'pending'")}


def upgrade() -> None:
    # what came before the change has no number and stays ahead, in the order of its time
    op.add_column("inbox", sa.Column("sequence", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_index("ix_inbox_lane", table_name="inbox")
    op.create_index("ix_inbox_lane", "inbox", ["partition_key", "source", "sequence", "occurred_at"], **PENDING)
