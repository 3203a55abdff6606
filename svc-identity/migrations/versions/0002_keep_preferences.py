"""Keep preferences."""

import sqlalchemy as sa
from alembic import op

from chassis.db import JSONType, UTCDateTime

revision = "svc_identity_0002"
down_revision = "svc_identity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content", JSONType(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["users.id"], name=op.f("fk_preferences_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferences")),
    )
