"""The rows of each list for the caller: what may be seen, what is in the box, what the filters leave."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import g

from chassis.db import db
from chassis.exports import Source
from svc_testing import listings, worklists
from svc_testing.analyses import rules as analyses
from svc_testing.analyses.models import Analysis
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER
from svc_testing.people.rules import today
from svc_testing.reports import rules as reports
from svc_testing.reports.models import Report
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample
from svc_testing.schemas import OrderArgs, PartArgs

Args = dict[str, Any]
Condition = sa.ColumnElement[bool]
Filters = dict[str, Callable[[Any], Condition]]

SAMPLE_OPEN = ("registered", "queried", "accepted", "numbered", "distributed", "assigned", "started", "verified")
ANALYSIS_OPEN = ("ordered", "assigned", "submitted")


def _with_samples(condition: Condition) -> Condition:
    return Order.id.in_(sa.select(Sample.order_id).where(condition))


def _late_sample() -> Condition:
    return sa.and_(Sample.target_on < today(), Sample.status.in_(SAMPLE_OPEN))


def _paid(payment: str) -> Condition:
    """As `presenting` says it."""
    settled = sa.or_(Order.paid_at.is_not(None), Order.payment_terms.is_not(None))
    return {
        "paid": Order.paid_at.is_not(None),
        "expired": sa.and_(~settled, Order.status == "expired"),
        "unpaid": sa.and_(~settled, Order.status != "expired"),
    }.get(payment, sa.and_(Order.paid_at.is_(None), Order.payment_terms == payment))


def _analysed_by(person: uuid.UUID) -> Condition:
    return Sample.id.in_(sa.select(Analysis.sample_id).where(Analysis.analyst_id == person))


def _sample(condition: Condition) -> Condition:
    return Analysis.sample_id.in_(sa.select(Sample.id).where(condition))


ORDER_FILTERS: Filters = {
    "origin": lambda origin: Order.origin == origin,
    "payment": _paid,
    "stage": lambda stage: Order.status.in_([code for code, state in ORDER.states.items() if state.step == int(stage)]),
    "standard_id": lambda key: _with_samples(Sample.standard_id == key),
    "supervisor_id": lambda key: _with_samples(Sample.supervisor_id == key),
    "overdue": lambda _: _with_samples(_late_sample()),
}
SAMPLE_FILTERS: Filters = {
    "standard_id": lambda key: Sample.standard_id == key,
    "supervisor_id": lambda key: Sample.supervisor_id == key,
    "analyst_id": _analysed_by,
    "overdue": lambda _: _late_sample(),
}
ANALYSIS_FILTERS: Filters = {
    "order_id": lambda key: _sample(Sample.order_id == key),
    "standard_id": lambda key: _sample(Sample.standard_id == key),
    "supervisor_id": lambda key: sa.func.coalesce(Analysis.supervisor_id, worklists.supervisor_of_sample()) == key,
    "analyst_id": lambda key: Analysis.analyst_id == key,
    "overdue": lambda _: sa.and_(Analysis.target_on < today(), Analysis.status.in_(ANALYSIS_OPEN)),
}


def _chosen(model: type, seen: Condition, options: tuple[Any, ...], args: Args, filters: Filters) -> sa.Select[Any]:
    query = worklists.narrow(sa.select(model).where(seen).options(*options), model, args["box"], g.principal)
    return query.where(*(says(args[name]) for name, says in filters.items() if args.get(name)))


def list_orders(args: Args) -> sa.Select[Any]:
    return _chosen(Order, orders.seen_by(g.principal), (), args, ORDER_FILTERS)


def list_samples(args: Args) -> sa.Select[Any]:
    return _chosen(Sample, samples.seen_by(g.principal), listings.SAMPLE_ROW, args, SAMPLE_FILTERS)


def list_analyses(args: Args) -> sa.Select[Any]:
    return _chosen(Analysis, analyses.seen_by(g.principal), listings.ANALYSIS_ROW, args, ANALYSIS_FILTERS)


def list_reports(args: Args) -> sa.Select[Any]:
    return _chosen(Report, reports.seen_by(g.principal), listings.REPORT_ROW, args, {})


def several(model: Any, select: Callable[[Args], sa.Select[Any]]) -> Callable[..., list[Any]]:
    """Many things at once as their list reads them, for acts on many."""

    def read(ids: list[uuid.UUID], principal: Any) -> list[Any]:
        return list(db.session.scalars(select({"box": ""}).where(model.id.in_(ids))).unique())

    return read


SOURCES = (
    Source(name="orders", listing=listings.ORDERS, select=list_orders, args=OrderArgs),
    Source(name="samples", listing=listings.SAMPLES, select=list_samples, args=PartArgs),
    Source(
        name="analyses",
        listing=listings.ANALYSES,
        select=list_analyses,
        args=PartArgs,
        roles=frozenset({"analyst", "supervisor", "lab_coordinator", "admin", "super_admin"}),
    ),
    Source(name="reports", listing=listings.REPORTS, select=list_reports, args=PartArgs),
)
