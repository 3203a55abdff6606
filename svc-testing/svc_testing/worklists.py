"""Menu boxes: one row per box. What is in it, for whom, on which list (testing order, §6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import Model, db
from chassis.lists import COUNT_UP_TO
from svc_testing.analyses import rules as analyses
from svc_testing.analyses.models import Analysis
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.people.rules import stands_in_for, today
from svc_testing.reports import rules as reports
from svc_testing.reports.models import Report
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample

ENDED = ("archived", "cancelled", "discarded")
ARRIVING = ("registered", "refused", "queried")
SEEN_BY: dict[type, Callable[[Principal], Any]] = {
    Order: orders.seen_by,
    Sample: samples.seen_by,
    Analysis: analyses.seen_by,
    Report: reports.seen_by,
}
LISTS: dict[type[Model], str] = {Order: "orders", Sample: "samples", Analysis: "analyses", Report: "reports"}
Rule = Callable[[Principal], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Box:
    code: str
    label: str
    role: str
    model: type[Model]
    holds: Rule


def _status(model: Any, *codes: str) -> Rule:
    return lambda principal: model.status.in_(codes)


def _mine(column: Any) -> Rule:
    """The person's own work and that of whom the person stands in for today."""
    return lambda principal: column.in_({uuid.UUID(principal.id), *stands_in_for(principal, today())})


def _all(*rules: Rule) -> Rule:
    return lambda principal: sa.and_(*(rule(principal) for rule in rules))


def _samples(*codes: str) -> sa.ColumnElement[bool]:
    return sa.select(Sample.id).where(Sample.order_id == Order.id, Sample.status.in_(codes)).exists()


def _new_at_desk(principal: Principal) -> sa.ColumnElement[bool]:
    waiting = ("submitted", "paid", "numbered", "awaited")
    is_open = Order.status.not_in(("drafted", "invoiced", "billed", "expired", *ENDED))
    return sa.or_(
        Order.status.in_(waiting),
        Order.cancellation_requested_at.is_not(None),
        sa.and_(is_open, _samples(*ARRIVING)),
    )


def _needs_customer(principal: Principal) -> sa.ColumnElement[bool]:
    is_open = Order.status.not_in(ENDED)
    return sa.or_(Order.status.in_(("drafted", "billed", "expired")), sa.and_(is_open, _samples("refused")))


def _verifiable(principal: Principal) -> sa.ColumnElement[bool]:
    responsible = sa.func.coalesce(Analysis.supervisor_id, supervisor_of_sample())
    return sa.and_(
        Analysis.status == "submitted", responsible.in_({uuid.UUID(principal.id), *stands_in_for(principal, today())})
    )


def _assignable(principal: Principal) -> sa.ColumnElement[bool]:
    unassigned = sa.select(Analysis.sample_id).where(Analysis.status == "ordered")
    return sa.or_(Sample.status == "assigned", sa.and_(Sample.status == "started", Sample.id.in_(unassigned)))


def supervisor_of_sample() -> Any:
    return sa.select(Sample.supervisor_id).where(Sample.id == Analysis.sample_id).scalar_subquery()


IN_TESTING = ("distributed", "assigned", "started", "verified")
HANDED = ("sent", "collected", "withdrawn", "proposed")

BOXES = [
    Box("customer-new", "Order Baru", "customer", Order, lambda p: Order.status.not_in(("sent", *ENDED))),
    Box("customer-action", "Perlu Tindakan", "customer", Order, _needs_customer),
    Box("customer-old", "Order Lama", "customer", Order, _status(Order, "sent", "archived", "cancelled")),
    Box("cs-new", "Order Baru", "customer_service", Order, _new_at_desk),
    Box("cs-issued", "Sertifikat dikirim", "customer_service", Report, _status(Report, "issued")),
    Box("cs-sent", "Sertifikat Selesai", "customer_service", Report, _status(Report, "sent")),
    Box("cs-old", "Order Lama", "customer_service", Order, _status(Order, "archived", "cancelled")),
    Box("cs-amendments", "Amandemen", "customer_service", Report, _status(Report, *HANDED)),
    Box("lab-new", "Order Baru", "lab_coordinator", Sample, _status(Sample, *IN_TESTING)),
    Box("lab-finished", "Cek Sampel Selesai", "lab_coordinator", Sample, _status(Sample, "finished")),
    Box("lab-reports", "Verifikasi Laporan", "lab_coordinator", Report, _status(Report, "typed", "proposed")),
    Box("supervisor-new", "Sampel Baru", "supervisor", Sample, _all(_mine(Sample.supervisor_id), _assignable)),
    Box("supervisor-verify", "Verifikasi", "supervisor", Analysis, _verifiable),
    Box(
        "supervisor-ready",
        "Siap Dikirim",
        "supervisor",
        Sample,
        _all(_mine(Sample.supervisor_id), _status(Sample, "verified")),
    ),
    Box(
        "analyst-mine",
        "Pekerjaan Saya",
        "analyst",
        Analysis,
        lambda p: sa.and_(Analysis.analyst_id == uuid.UUID(p.id), Analysis.status == "assigned"),
    ),
    Box("typist-new", "Order Baru", "report_typist", Report, _status(Report, "drafted", "numbered")),
    Box("sampling-arrivals", "Sampel Datang", "sampling_officer", Sample, _status(Sample, "registered")),
]
BY_CODE = {box.code: box for box in BOXES}


def counts(principal: Principal) -> list[dict[str, Any]]:
    """The boxes of the caller's roles, counted no further than a list counts."""
    return [
        {
            "box": box.code,
            "label": box.label,
            "role": box.role,
            "list": LISTS[box.model],
            "count": _count(box, principal),
            "href": f"/api/v1/testing/{LISTS[box.model]}?box={box.code}",
        }
        for box in BOXES
        if principal.has(box.role)
    ]


def _count(box: Box, principal: Principal) -> int:
    model: Any = box.model
    rows = sa.select(model.id).where(SEEN_BY[model](principal), box.holds(principal)).limit(COUNT_UP_TO).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def narrow(query: sa.Select[Any], model: type, code: str, principal: Principal) -> sa.Select[Any]:
    """Only what is in the box; a box that is not the caller's holds nothing."""
    if not code:
        return query
    box = BY_CODE.get(code)
    if box is None or box.model is not model or not principal.has(box.role):
        return query.where(sa.false())
    return query.where(box.holds(principal))
