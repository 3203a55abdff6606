"""Let uploads wait for the scanner."""

import sqlalchemy as sa
from alembic import op

from chassis.db import UTCDateTime

revision = "svc_documents_0002"
down_revision = "svc_documents_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("threat", sa.String(length=200), nullable=True))
        batch_op.create_index(batch_op.f("ix_files_released_at"), ["released_at"], unique=False)
    op.execute("UPDATE files SET released_at = created_at")
