"""The money desk in numbers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis import figures
from chassis.auth import requires
from chassis.db import db
from chassis.web import Blueprint
from svc_billing.models import Invoice

bp = Blueprint("figures", __name__, description="Ringkasan penagihan")

LISTED = "/api/v1/billing/invoices?status="
KINDS = (
    ("Invoice baru", "opened"),
    ("Menunggu pembayaran", "billed"),
    ("E-billing kedaluwarsa", "expired"),
    ("Lunas", "paid"),
)


@bp.get("/figures")
@bp.response(200)
@requires("treasurer", "head_of_office", "admin", "super_admin")
def show_figures() -> Any:
    """Ringkasan penagihan"""
    months = figures.last_months()
    rows = db.session.execute(
        sa.select(Invoice.status, sa.func.count(), sa.func.sum(Invoice.total_amount)).group_by(Invoice.status)
    )
    known = {status: (count, int(amount or 0)) for status, count, amount in rows}
    counts = [figures.figure(label, known.get(code, (0, 0))[0], f"{LISTED}{code}") for label, code in KINDS]
    owed = figures.figure("Belum dibayar", known.get("billed", (0, 0))[1], f"{LISTED}billed", kind="money")
    is_paid = Invoice.status == "paid"
    income = figures.by_month(Invoice.paid_at, months, sa.func.sum(Invoice.total_amount), where=is_paid)
    values = {"Penerimaan": [int(row[0] or 0) for row in income]}
    return {
        "groups": [{"label": "Penagihan", "figures": [*counts, owed]}],
        "charts": [figures.chart("Penerimaan per bulan", "money", months, **values)],
    }
