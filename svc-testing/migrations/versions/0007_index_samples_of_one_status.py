"""Index samples of one status in the order of their list: boxes hold the oldest first, behind all that have ended."""

from alembic import op

revision = "svc_testing_0007"
down_revision = "svc_testing_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_sample_status_created_at_id", "sample", ["status", "created_at", "id"], unique=False)
