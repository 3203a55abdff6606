"""Index what lists, searches and figures ask of all invoices there ever were."""

from alembic import op

revision = "svc_billing_0002"
down_revision = "svc_billing_0001"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_invoices_created_at_id", "invoices", ["created_at", "id"]),
    ("ix_invoices_ordered_at_id", "invoices", ["ordered_at", "id"]),
    ("ix_invoices_total_amount_id", "invoices", ["total_amount", "id"]),
    ("ix_invoices_status_total_amount", "invoices", ["status", "total_amount"]),
    ("ix_invoices_paid_at", "invoices", ["paid_at", "status", "total_amount"]),
    ("ix_payments_ntpn", "payments", ["ntpn"]),
)
SEARCHED = (
    ("invoices", "pre_number"),
    ("invoices", "order_number"),
    ("ebillings", "billing_code"),
    ("customer_copies", "name"),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for table, column in SEARCHED:
            name = f"ix_{table}_{column}_trgm"
            op.execute(f"CREATE INDEX {name} ON {table} USING gin (lower({column}) gin_trgm_ops)")
