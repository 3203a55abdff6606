"""Create orders, samples, analyses and reports."""

import sqlalchemy as sa
from alembic import op

from chassis.db import ExactDecimal, JSONType, UTCDateTime

revision = "svc_testing_0001"
down_revision = None
branch_labels = ("svc_testing",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_copy")),
    )
    with op.batch_alter_table("absence_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_copy_user_id"), ["user_id"], unique=False)

    op.create_table(
        "calendar_year_copy",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year_copy")),
    )
    op.create_table(
        "customer_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_copy")),
    )
    op.create_table(
        "holiday_copy",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_holiday_copy")),
    )
    op.create_table(
        "setting",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("code", name=op.f("uq_setting_code")),
    )
    op.create_table(
        "staff_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", JSONType(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_copy")),
    )
    op.create_table(
        "standard",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("matrix", sa.String(length=80), nullable=False),
        sa.Column("methods", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("superseded_by", sa.String(length=120), nullable=False),
        sa.Column("is_price_example", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
        sa.UniqueConstraint("code", name=op.f("uq_standard_code")),
    )
    op.create_table(
        "test_order",
        sa.Column("pre_number", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("numbered_year", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("report_name", sa.String(length=200), nullable=False),
        sa.Column("report_address", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("contact_phone", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("touched_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("forwarded_by", sa.String(length=64), nullable=True),
        sa.Column("invoice_revision", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("paid_at", UTCDateTime(), nullable=True),
        sa.Column("payment_terms", sa.String(length=20), nullable=True),
        sa.Column("numbered_at", UTCDateTime(), nullable=True),
        sa.Column("distributed_at", UTCDateTime(), nullable=True),
        sa.Column("cancellation_requested_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["test_order.id"], name=op.f("fk_test_order_parent_id_test_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_order")),
        sa.UniqueConstraint("number", "numbered_year", name=op.f("uq_test_order_number_numbered_year")),
        sa.UniqueConstraint("pre_number", name=op.f("uq_test_order_pre_number")),
    )
    with op.batch_alter_table("test_order", schema=None) as batch_op:
        batch_op.create_index("ix_test_order_customer", ["customer_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_test_order_status"), ["status"], unique=False)
        batch_op.create_index("ix_test_order_status_id", ["status", "id"], unique=False)

    op.create_table(
        "parameter",
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("blocked_at", UTCDateTime(), nullable=True),
        sa.Column("blocked_note", sa.String(length=300), nullable=False),
        sa.Column("source_note", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=160), nullable=False),
        sa.Column("price_amount", sa.Integer(), nullable=False),
        sa.Column("is_accredited", sa.Boolean(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("lab_group", sa.String(length=40), nullable=False),
        sa.Column("required_verifiers", sa.Integer(), nullable=False),
        sa.Column("workload_points", ExactDecimal(), nullable=False),
        sa.Column("is_biota", sa.Boolean(), nullable=False),
        sa.Column("limit_kind", sa.String(length=20), nullable=False),
        sa.Column("limit_low", ExactDecimal(), nullable=True),
        sa.Column("limit_high", ExactDecimal(), nullable=True),
        sa.Column("limit_text", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_parameter_standard_id_standard")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter")),
        sa.UniqueConstraint("standard_id", "name", name=op.f("uq_parameter_standard_id_name")),
    )
    op.create_table(
        "report",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("amendment_reason", sa.Text(), nullable=False),
        sa.Column("amendment_change", sa.Text(), nullable=False),
        sa.Column("amendment_fee", sa.String(length=20), nullable=False),
        sa.Column("is_accredited", sa.Boolean(), nullable=False),
        sa.Column("typed_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by_name", sa.String(length=200), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("content", JSONType(), nullable=True),
        sa.Column("render_id", sa.Uuid(), nullable=True),
        sa.Column("render_error", sa.Text(), nullable=False),
        sa.Column("render_requested_at", UTCDateTime(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("print_count", sa.Integer(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("handover", JSONType(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["test_order.id"], name=op.f("fk_report_order_id_test_order")),
        sa.ForeignKeyConstraint(["replaces_id"], ["report.id"], name=op.f("fk_report_replaces_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("number", name=op.f("uq_report_number")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_order", ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_status"), ["status"], unique=False)
        batch_op.create_index("ix_report_status_id", ["status", "id"], unique=False)

    op.create_table(
        "sample",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("sample_type", sa.String(length=200), nullable=False),
        sa.Column("code_location", sa.String(length=200), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("standard_name", sa.String(length=300), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_accredited", sa.Boolean(), nullable=False),
        sa.Column("supplements_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=True),
        sa.Column("condition", sa.String(length=300), nullable=False),
        sa.Column("storage", sa.String(length=300), nullable=False),
        sa.Column("photo_file_id", sa.Uuid(), nullable=True),
        sa.Column("photo_by", sa.String(length=64), nullable=False),
        sa.Column("checklist", JSONType(), nullable=True),
        sa.Column("conclusion", sa.String(length=40), nullable=False),
        sa.Column("customer_agreement", sa.Text(), nullable=False),
        sa.Column("refusal_reason", sa.Text(), nullable=False),
        sa.Column("may_proceed", sa.Boolean(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("query_reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("distributed_at", UTCDateTime(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=64), nullable=False),
        sa.Column("released_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["test_order.id"], name=op.f("fk_sample_order_id_test_order")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_sample_standard_id_standard")),
        sa.ForeignKeyConstraint(["supplements_id"], ["sample.id"], name=op.f("fk_sample_supplements_id_sample")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("number", name=op.f("uq_sample_number")),
    )
    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.create_index("ix_sample_order", ["order_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_sample_status"), ["status"], unique=False)
        batch_op.create_index("ix_sample_supervisor", ["supervisor_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_sample_target_on"), ["target_on"], unique=False)

    op.create_table(
        "analysis",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("repeat_of_id", sa.Uuid(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("analyst_id", sa.Uuid(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("draft_result", sa.String(length=300), nullable=False),
        sa.Column("draft_operand", sa.String(length=4), nullable=False),
        sa.Column("draft_saved_at", UTCDateTime(), nullable=True),
        sa.Column("workload", ExactDecimal(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workflow_version", sa.String(length=16), nullable=False),
        sa.Column("status_since", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=160), nullable=False),
        sa.Column("price_amount", sa.Integer(), nullable=False),
        sa.Column("is_accredited", sa.Boolean(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("lab_group", sa.String(length=40), nullable=False),
        sa.Column("required_verifiers", sa.Integer(), nullable=False),
        sa.Column("workload_points", ExactDecimal(), nullable=False),
        sa.Column("is_biota", sa.Boolean(), nullable=False),
        sa.Column("limit_kind", sa.String(length=20), nullable=False),
        sa.Column("limit_low", ExactDecimal(), nullable=True),
        sa.Column("limit_high", ExactDecimal(), nullable=True),
        sa.Column("limit_text", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["repeat_of_id"], ["analysis.id"], name=op.f("fk_analysis_repeat_of_id_analysis")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_analysis_sample_id_sample")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
    )
    with op.batch_alter_table("analysis", schema=None) as batch_op:
        batch_op.create_index("ix_analysis_analyst", ["analyst_id", "status"], unique=False)
        batch_op.create_index("ix_analysis_sample", ["sample_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_analysis_status"), ["status"], unique=False)

    op.create_table(
        "report_sample",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_sample_report_id_report")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_report_sample_sample_id_sample")),
        sa.PrimaryKeyConstraint("report_id", "sample_id", name=op.f("pk_report_sample")),
    )
    with op.batch_alter_table("report_sample", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_sample_sample_id"), ["sample_id"], unique=False)

    op.create_table(
        "sample_parameter",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("parameter_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=160), nullable=False),
        sa.Column("price_amount", sa.Integer(), nullable=False),
        sa.Column("is_accredited", sa.Boolean(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("lab_group", sa.String(length=40), nullable=False),
        sa.Column("required_verifiers", sa.Integer(), nullable=False),
        sa.Column("workload_points", ExactDecimal(), nullable=False),
        sa.Column("is_biota", sa.Boolean(), nullable=False),
        sa.Column("limit_kind", sa.String(length=20), nullable=False),
        sa.Column("limit_low", ExactDecimal(), nullable=True),
        sa.Column("limit_high", ExactDecimal(), nullable=True),
        sa.Column("limit_text", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["parameter_id"], ["parameter.id"], name=op.f("fk_sample_parameter_parameter_id_parameter")
        ),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_parameter_sample_id_sample")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_parameter")),
        sa.UniqueConstraint("sample_id", "parameter_id", name=op.f("uq_sample_parameter_sample_id_parameter_id")),
    )
    op.create_table(
        "result",
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("operand", sa.String(length=4), nullable=False),
        sa.Column("typed", sa.String(length=300), nullable=False),
        sa.Column("display", sa.String(length=320), nullable=False),
        sa.Column("value", ExactDecimal(), nullable=True),
        sa.Column("passes", sa.Boolean(), nullable=True),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("retracted_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name=op.f("fk_result_analysis_id_analysis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("analysis_id", "n", name=op.f("uq_result_analysis_id_n")),
    )
    op.create_table(
        "verification",
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("verifier_id", sa.String(length=64), nullable=False),
        sa.Column("verifier_name", sa.String(length=200), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_verification_result_id_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sa.UniqueConstraint("result_id", "verifier_id", name=op.f("uq_verification_result_id_verifier_id")),
    )
