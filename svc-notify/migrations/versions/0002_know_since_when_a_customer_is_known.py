"""know since when a customer is known."""

import sqlalchemy as sa
from alembic import op

from chassis.db import UTCDateTime

revision = "svc_notify_0002"
down_revision = "svc_notify_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("known_since", UTCDateTime(), nullable=True))
