"""Index what lists and searches ask."""

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0003"
down_revision = "svc_testing_0002"
branch_labels = None
depends_on = None

OPEN = sa.text("status NOT IN ('archived', 'cancelled', 'discarded') OR cancellation_requested_at IS NOT NULL")
SEARCHED = (
    ("test_order", "pre_number"),
    ("test_order", "number"),
    ("test_order", "customer_name"),
    ("sample", "number"),
    ("report", "number"),
)


def upgrade() -> None:
    with op.batch_alter_table("test_order", schema=None) as batch_op:
        batch_op.drop_index("ix_test_order_customer")
        batch_op.create_index("ix_test_order_customer", ["customer_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_test_order_created_at_id", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_test_order_open", ["created_at", "id"], unique=False, postgresql_where=OPEN, sqlite_where=OPEN
        )
    if op.get_bind().dialect.name == "postgresql":
        _index_parts_of_words()


def _index_parts_of_words() -> None:
    """`lower(column) LIKE '%part%'` by index; SQLite has nothing like it and few rows."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table, column in SEARCHED:
        name = f"ix_{table}_{column}_trgm"
        op.execute(f"CREATE INDEX {name} ON {table} USING gin (lower({column}) gin_trgm_ops)")
