"""Keep the counts that stood behind a result with it."""

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0011"
down_revision = "svc_testing_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`analysis.counts` stays the text it was; sheets are JSON in it."""
    op.add_column("result", sa.Column("counts", sa.Text(), server_default="", nullable=False))
