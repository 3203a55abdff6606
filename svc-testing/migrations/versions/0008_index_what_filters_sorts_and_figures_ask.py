"""Index what filters, sorts and figures ask of all orders there ever were."""

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0008"
down_revision = "svc_testing_0007"
branch_labels = None
depends_on = None

UNPAID = sa.text("paid_at IS NULL AND payment_terms IS NULL")
ON_TERMS = sa.text("payment_terms IS NOT NULL")
FIRST = sa.text("replaces_id IS NULL")
INDEXES = (
    ("ix_test_order_customer_name_id", "test_order", ["customer_name", "id"], None),
    ("ix_test_order_origin_created_at_id", "test_order", ["origin", "created_at", "id"], None),
    ("ix_test_order_unpaid", "test_order", ["created_at", "id"], UNPAID),
    ("ix_test_order_on_terms", "test_order", ["payment_terms", "created_at", "id"], ON_TERMS),
    ("ix_test_order_submitted_at", "test_order", ["submitted_at"], None),
    ("ix_sample_standard_created_at_id", "sample", ["standard_id", "created_at", "id"], None),
    ("ix_sample_id_target_on", "sample", ["id", "target_on"], None),
    ("ix_analysis_name_id", "analysis", ["name", "id"], None),
    ("ix_report_sent_at_order", "report", ["sent_at", "order_id"], None),
    ("ix_report_first_issued_on", "report", ["issued_on", "id"], FIRST),
)
SEARCHED = (("sample", "sample_type"), ("sample", "code_location"), ("analysis", "name"), ("analysis", "method"))


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, columns, unique=False, postgresql_where=where, sqlite_where=where)
    if op.get_bind().dialect.name == "postgresql":
        for table, column in SEARCHED:
            name = f"ix_{table}_{column}_trgm"
            op.execute(f"CREATE INDEX {name} ON {table} USING gin (lower({column}) gin_trgm_ops)")
