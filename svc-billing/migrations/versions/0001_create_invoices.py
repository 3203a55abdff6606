"""Create invoices."""

import sqlalchemy as sa
from alembic import op

from chassis.db import ExactDecimal, JSONType, UTCDateTime

revision = "svc_billing_0001"
down_revision = None
branch_labels = ("svc_billing",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("ceiling_amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("number", name="uq_contracts_number"),
    )
    with op.batch_alter_table("contracts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contracts_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "customer_copies",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("as_of", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_copies")),
    )
    op.create_table(
        "deposit_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_accounts")),
    )
    op.create_table(
        "invoices",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("pre_number", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("order_numbered_at", UTCDateTime(), nullable=True),
        sa.Column("ordered_at", UTCDateTime(), nullable=False),
        sa.Column("sample_origin", sa.String(), nullable=False),
        sa.Column("forwarded_by", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_amount", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", ExactDecimal(), nullable=False),
        sa.Column("discount_basis", sa.String(), nullable=True),
        sa.Column("deposit_amount", sa.BigInteger(), nullable=False),
        sa.Column("lines_amount", sa.BigInteger(), nullable=False),
        sa.Column("sub_total_amount", sa.BigInteger(), nullable=False),
        sa.Column("discount_amount", sa.BigInteger(), nullable=False),
        sa.Column("total_amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", UTCDateTime(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("clearance_basis", sa.String(), nullable=True),
        sa.Column("clearance_file_id", sa.Uuid(), nullable=True),
        sa.Column("clearance_by", sa.String(length=64), nullable=True),
        sa.Column("contract_no", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("deposit_amount >= 0", name=op.f("ck_invoices_deposit_not_negative")),
        sa.CheckConstraint("total_amount >= 0", name=op.f("ck_invoices_total_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("order_id", "revision", name="uq_invoices_order_id_revision"),
    )
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.create_index("ix_invoices_customer_id_created_at", ["customer_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoices_order_number"), ["order_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoices_pre_number"), ["pre_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoices_status"), ["status"], unique=False)
        batch_op.create_index("ix_invoices_status_created_at", ["status", "created_at"], unique=False)
        batch_op.create_index(
            "uq_invoices_live_order",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("is_live"),
            postgresql_where=sa.text("is_live"),
        )

    op.create_table(
        "cancelled_parts",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_cancelled_parts_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancelled_parts")),
        sa.UniqueConstraint("cause", name="uq_cancelled_parts_cause"),
    )
    with op.batch_alter_table("cancelled_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cancelled_parts_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "document_copies",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("render_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rendered_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_document_copies_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_copies")),
    )
    with op.batch_alter_table("document_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_copies_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "ebillings",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("billing_code", sa.String(length=15), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("scan_file_id", sa.Uuid(), nullable=False),
        sa.Column("attached_by", sa.String(length=64), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_ebillings_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ebillings")),
        sa.UniqueConstraint("billing_code", name="uq_ebillings_billing_code"),
    )
    with op.batch_alter_table("ebillings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ebillings_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ebillings_status"), ["status"], unique=False)
        batch_op.create_index("ix_ebillings_status_expires_at", ["status", "expires_at"], unique=False)
        batch_op.create_index(
            "uq_ebillings_active",
            ["invoice_id"],
            unique=True,
            sqlite_where=sa.text("status = 'issued'"),
            postgresql_where=sa.text("status = 'issued'"),
        )

    op.create_table(
        "entries",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("posted_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entries_amount_not_zero")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_entries_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index("ix_entries_customer_id_account", ["customer_id", "account"], unique=False)
        batch_op.create_index(batch_op.f("ix_entries_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entries_posting_id"), ["posting_id"], unique=False)

    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
    )
    with op.batch_alter_table("invoice_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_lines_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "invoice_prints",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("content", JSONType(), nullable=False),
        sa.Column("frozen_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_prints_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_prints")),
    )
    with op.batch_alter_table("invoice_prints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_prints_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "refunds",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("requested_amount", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_refunds_amount_not_negative")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_refunds_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("cause", name="uq_refunds_cause"),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refunds_status"), ["status"], unique=False)
        batch_op.create_index("ix_refunds_status_created_at", ["status", "created_at"], unique=False)

    op.create_table(
        "payments",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("ebilling_id", sa.Uuid(), nullable=False),
        sa.Column("ntpn", sa.String(length=16), nullable=False),
        sa.Column("ntb", sa.String(length=20), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", UTCDateTime(), nullable=False),
        sa.Column("proof_file_id", sa.Uuid(), nullable=False),
        sa.Column("attached_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("reversed_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["ebilling_id"], ["ebillings.id"], name=op.f("fk_payments_ebilling_id_ebillings")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_payments_invoice_id_invoices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payments_ebilling_id"), ["ebilling_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(
            "uq_payments_invoice",
            ["invoice_id"],
            unique=True,
            sqlite_where=sa.text("reversed_at IS NULL"),
            postgresql_where=sa.text("reversed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_payments_ntpn",
            ["ntpn"],
            unique=True,
            sqlite_where=sa.text("reversed_at IS NULL"),
            postgresql_where=sa.text("reversed_at IS NULL"),
        )
