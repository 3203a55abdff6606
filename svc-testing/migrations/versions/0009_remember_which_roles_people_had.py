"""Remember which roles people ever had, so that lists can be narrowed to those who left or do something else now."""

import json

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0009"
down_revision = "svc_testing_0008"
branch_labels = None
depends_on = None

# until now only things of the laboratory told what somebody had been
NAMED = (
    ("supervisor", "sample", "supervisor_id"),
    ("supervisor", "analysis", "supervisor_id"),
    ("analyst", "analysis", "analyst_id"),
)


def upgrade() -> None:
    op.add_column("staff_copy", sa.Column("roles_ever", sa.Text(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    staff = sa.table("staff_copy", sa.column("id"), sa.column("roles"), sa.column("roles_ever"))
    had = {key: {grant["role"] for grant in json.loads(roles)} for key, roles, _ in connection.execute(staff.select())}
    for role, table, name in NAMED:
        column = sa.table(table, sa.column(name)).c[name]
        for key in connection.scalars(sa.select(column).where(column.is_not(None)).distinct()):
            had.get(key, set()).add(role)
    for key, roles in had.items():
        values = {"roles_ever": json.dumps(sorted(roles))}
        connection.execute(sa.update(staff).where(staff.c.id == key).values(**values))
