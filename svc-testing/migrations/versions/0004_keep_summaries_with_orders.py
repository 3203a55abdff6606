"""Keep what lists say of samples and reports with the order."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0004"
down_revision = "svc_testing_0003"
branch_labels = None
depends_on = None

AT_ONCE = 500
SAMPLES = """
SELECT s.order_id, s.id, s.position, s.status, s.number, s.code_location, s.standard_id, s.target_on,
       (SELECT count(*) FROM sample_parameter p WHERE p.sample_id = s.id) AS chosen,
       (SELECT coalesce(sum(p.price_amount), 0) FROM sample_parameter p WHERE p.sample_id = s.id) AS amount
FROM sample s WHERE s.order_id IN :orders ORDER BY s.position"""
REPORTS = "SELECT order_id, status, sent_at FROM report WHERE order_id IN :orders ORDER BY created_at"


def upgrade() -> None:
    with op.batch_alter_table("test_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("summary", sa.Text(), nullable=True))
    connection = op.get_bind()
    keys = connection.scalars(sa.text("SELECT DISTINCT order_id FROM sample")).all()
    for start in range(0, len(keys), AT_ONCE):
        written = [{"key": key, "summary": summary} for key, summary in _summaries(keys[start : start + AT_ONCE])]
        connection.execute(sa.text("UPDATE test_order SET summary = :summary WHERE id = :key"), written)


def _summaries(keys: Any) -> Iterator[tuple[Any, str]]:
    found: dict[Any, dict[str, list[dict[str, Any]]]] = {key: {"samples": [], "reports": []} for key in keys}
    for part, query in (("samples", SAMPLES), ("reports", REPORTS)):
        asked = sa.text(query).bindparams(sa.bindparam("orders", expanding=True))
        for row in op.get_bind().execute(asked, {"orders": list(keys)}).mappings():
            values = {name: _plain(name, value) for name, value in row.items() if name != "order_id"}
            found[row["order_id"]][part].append(values)
    for key, summary in found.items():
        yield key, json.dumps(summary, sort_keys=True)


def _plain(name: str, value: Any) -> Any:
    """SQLite keeps keys as 32 hexadecimal digits and dates as text."""
    if name in ("id", "standard_id"):
        return str(uuid.UUID(str(value)))
    return value if value is None or isinstance(value, int | str) else value.isoformat()
