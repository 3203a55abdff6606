"""Sign documents."""

import sqlalchemy as sa
from alembic import op

revision = "svc_documents_0003"
down_revision = "svc_documents_0002"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("status IN ('requested', 'unsigned')")


def upgrade() -> None:
    op.create_table(
        "signings",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("provider IN ('qr', 'office', 'bsre')", name=op.f("ck_signings_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signings")),
        sa.UniqueConstraint("kind", name=op.f("uq_signings_kind")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signature", sa.String(length=20), nullable=True))
        batch_op.drop_index("ix_documents_due")
        batch_op.create_index(
            "ix_documents_due", ["lease_until"], unique=False, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
        )
    op.execute("UPDATE documents SET signature = 'qr' WHERE sha256 IS NOT NULL")
