"""Keep a copy of the office."""

import sqlalchemy as sa
from alembic import op

from chassis.db import UTCDateTime

revision = "svc_testing_0002"
down_revision = "svc_testing_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_copy",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("accreditation_number", sa.String(length=60), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_copy")),
    )
