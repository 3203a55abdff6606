"""Index the order in which samples, analyses and reports are listed."""

from alembic import op

revision = "svc_testing_0006"
down_revision = "svc_testing_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("sample", "analysis", "report"):
        op.create_index(f"ix_{table}_created_at_id", table, ["created_at", "id"], unique=False)
