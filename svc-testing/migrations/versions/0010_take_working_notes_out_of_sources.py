"""Take out of the catalogue the working notes that its first edition had as sources; what the office wrote itself stays."""

import sqlalchemy as sa
from alembic import op

revision = "svc_testing_0010"
down_revision = "svc_testing_0009"
branch_labels = None
depends_on = None

WORKING_NOTES = (
    "C",
    "H",
    "M",
    "§4.7",
    "C/M",
    "M; metode K-low",
    "C batas / H metode",
    "C; metode K-med",
    "M; edisi 2006: maks 45",
    "M; edisi 2006: maks 0,005",
    "M; edisi 2006: maks 0,3",
    "C; metode lain yang sama: SNI 6989.15:2019",
    "C; metode K-low",
    "C/H/M",
    "C: salinan edisi 2006, tetap pada 2015; M: berubah dari edisi 2006",
    "C/H",
)


def upgrade() -> None:
    for table, name in (("parameter", "source_note"), ("standard", "source")):
        column = sa.column(name, sa.String())
        op.execute(sa.update(sa.table(table, column)).where(column.in_(WORKING_NOTES)).values({name: ""}))
