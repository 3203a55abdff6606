"""Index the supervisors whom single analyses were handed to, so that lists can name everybody who appears in them."""

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0009"
down_revision = "svc_testing_0008"
branch_labels = None
depends_on = None

HANDED_OVER = sa.text("supervisor_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_analysis_handed_over",
        "analysis",
        ["supervisor_id"],
        unique=False,
        postgresql_where=HANDED_OVER,
        sqlite_where=HANDED_OVER,
    )
