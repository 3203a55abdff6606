"""What the list of orders says of samples and reports, kept with the order so that a page of the list reads one table.

Whatever changes a sample, a chosen parameter or a report through the session brings the order's summary up to date in the
same transaction, just before it commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.db import db
from svc_testing.orders.models import Order
from svc_testing.reports.models import Report
from svc_testing.samples.models import Sample, SampleParameter

CHOSEN = sa.select(sa.func.count()).where(SampleParameter.sample_id == Sample.id)
AMOUNT = CHOSEN.with_only_columns(sa.func.coalesce(sa.func.sum(SampleParameter.price_amount), 0))
OF_SAMPLE = (
    *(Sample.id, Sample.position, Sample.status, Sample.number, Sample.code_location, Sample.standard_id),
    *(Sample.target_on, CHOSEN.scalar_subquery().label("chosen"), AMOUNT.scalar_subquery().label("amount")),
)
OF_REPORT = (Report.status, Report.sent_at)
SHOWN: dict[type, tuple[str, ...]] = {
    Sample: ("order_id", "position", "status", "number", "code_location", "standard_id", "target_on", "parameters"),
    SampleParameter: ("sample_id", "price_amount"),
    Report: ("order_id", "status", "sent_at"),
}
OUTDATED = "outdated_summaries"
NOTHING: dict[str, Any] = {"samples": [], "reports": []}


def of(orders: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """The summaries of these orders as they are now."""
    found: dict[uuid.UUID, dict[str, Any]] = {key: {part: [] for part in NOTHING} for key in orders}
    samples = sa.select(Sample.order_id, *OF_SAMPLE).where(Sample.order_id.in_(orders)).order_by(Sample.position)
    reports = sa.select(Report.order_id, *OF_REPORT).where(Report.order_id.in_(orders)).order_by(Report.created_at)
    for part, query in (("samples", samples), ("reports", reports)):
        for order_id, *values in (rows := db.session.execute(query)):
            found[order_id][part].append(dict(zip(list(rows.keys())[1:], values, strict=True)))
    return found


def keep(orders: Collection[uuid.UUID]) -> None:
    """Write the summaries of these orders; neither version nor time of the last change moves."""
    for key, summary in of(orders).items():
        values = {"summary": summary, "updated_at": Order.updated_at}
        changed = sa.update(Order).where(Order.id == key).values(values)
        db.session.execute(changed, execution_options={"synchronize_session": False})


@sa.event.listens_for(db.session, "after_flush")
def _note(session: Session, _context: Any) -> None:
    outdated = session.info.setdefault(OUTDATED, set())
    for row in (*session.new, *session.deleted, *filter(_shows_otherwise, session.dirty)):
        if isinstance(row, Sample | Report):
            outdated.add(row.order_id)
        elif isinstance(row, SampleParameter):
            outdated.add(sa.select(Sample.order_id).filter_by(id=row.sample_id))


def _shows_otherwise(row: Any) -> bool:
    state = sa.inspect(row)
    return any(state.attrs[name].history.has_changes() for name in SHOWN.get(type(row), ()))


@sa.event.listens_for(db.session, "before_commit")
def _keep_outdated(session: Session) -> None:
    session.flush()
    if outdated := session.info.pop(OUTDATED, None):
        keep({key if isinstance(key, uuid.UUID) else session.scalar(key) for key in outdated} - {None})


@sa.event.listens_for(db.session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(OUTDATED, None)
