"""The laboratory in numbers, for those who lead it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import g

from chassis import figures
from chassis.auth import requires
from chassis.db import db
from chassis.web import Blueprint
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.people.models import Customer
from svc_testing.reports.models import Report
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample, report_sample

bp = Blueprint("figures", __name__, description="Ringkasan pengujian")

API = "/api/v1/testing"
NEW = ("numbered", "distributed", "assigned")
BUSY = ("started", "verified", "finished")
DONE = ("checked", "reported")


@bp.get("/figures")
@bp.response(200)
@requires("lab_coordinator", "head_of_office", "admin", "super_admin")
def show_figures() -> Any:
    """Ringkasan pengujian"""
    months = figures.last_months()
    return {
        "groups": [{"label": "Lab Penguji", "figures": _counts()}],
        "charts": [_orders(months), _punctuality(months)],
    }


def _counts() -> list[dict[str, Any]]:
    counted: dict[str, int] = dict(
        db.session.execute(sa.select(Sample.status, sa.func.count()).group_by(Sample.status)).all()
    )
    seen = sa.select(sa.func.count()).select_from(Order).where(orders.seen_by(g.principal))
    customers = db.session.scalar(sa.select(sa.func.count()).select_from(Customer).where(_has_ordered())) or 0
    kinds = (("Sampel baru", NEW), ("Sampel proses", BUSY), ("Sampel selesai", DONE))
    return [
        figures.figure("Order data sampel", db.session.scalar(seen) or 0, f"{API}/orders"),
        *(_of_samples(label, _seen(codes), counted) for label, codes in kinds),
        figures.figure("Pelanggan yang memesan", customers),
    ]


def _seen(codes: tuple[str, ...]) -> list[str]:
    """The laboratory's own list begins where a sample reaches it: its numbers do, too."""
    return [code for code in codes if g.principal.has(*orders.OFFICE) or code in samples.IN_LABORATORY]


def _of_samples(label: str, codes: list[str], counted: dict[str, int]) -> dict[str, Any]:
    return figures.figure(label, sum(counted.get(code, 0) for code in codes), f"{API}/samples?status={','.join(codes)}")


def _has_ordered() -> sa.ColumnElement[bool]:
    """Asked of each customer: they are few, the orders are not."""
    return sa.exists().where(Order.customer_id == Customer.id, Order.status != "discarded")


def _orders(months: Any) -> dict[str, Any]:
    came = figures.by_month(Order.submitted_at, months, sa.func.count())
    sent = figures.by_month(Report.sent_at, months, sa.func.count(sa.distinct(Report.order_id)))
    values = {"Order masuk": [row[0] for row in came], "Order dengan laporan terkirim": [row[0] for row in sent]}
    return figures.chart("Order per bulan", "count", months, **values)


def _punctuality(months: Any) -> dict[str, Any]:
    """Of the samples reported in a month for the first time, how many by the day that was promised."""
    on_time = sa.func.sum(sa.case((Report.issued_on <= Sample.target_on, 1), else_=0))
    reported = sa.join(Report, report_sample).join(Sample, Sample.id == report_sample.c.sample_id)
    promised = sa.and_(Sample.target_on.is_not(None), Report.replaces_id.is_(None))
    rows = figures.by_month(Report.issued_on, months, on_time, sa.func.count(), where=promised, source=reported)
    return figures.chart(
        "Sampel selesai tepat waktu", "percent", months, **{"Tepat waktu": [figures.share(*row) for row in rows]}
    )
