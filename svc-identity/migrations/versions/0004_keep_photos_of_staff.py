"""Keep photos of staff."""

import sqlalchemy as sa
from alembic import op

revision = "svc_identity_0004"
down_revision = "svc_identity_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photo_file_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("photo_by", sa.String(length=64), server_default="", nullable=False))
