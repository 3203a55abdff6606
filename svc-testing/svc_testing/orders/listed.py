"""Orders as their list reads them: columns and the summary, no objects of the session.

Guards and forms of the offered acts ask these rows as they ask an `Order`. What only some acts look at (the standards, the
parameters chosen for a draft) is read at most once for the page, when the first row asks for it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from chassis.db import db
from svc_testing.catalogue.models import Parameter, Standard
from svc_testing.orders import summaries
from svc_testing.orders.models import Order
from svc_testing.reports.models import Report
from svc_testing.samples.models import SampleParameter

COLUMNS = (
    *(Order.id, Order.version, Order.status, Order.status_since, Order.created_at, Order.submitted_at),
    *(Order.pre_number, Order.number, Order.origin, Order.customer_id, Order.customer_name, Order.contact_phone),
    *(Order.paid_at, Order.payment_terms, Order.cancellation_requested_at, Order.summary),
)
_BLOCKS = (
    sa.exists().where(Parameter.standard_id == Standard.id, Parameter.blocked_at.is_not(None)).label("has_blocked")
)
OF_STANDARD = (Standard.code, Standard.status, Standard.valid_from, Standard.valid_to, _BLOCKS)
BEFORE_FORWARDING = ("drafted", "submitted")  # only there do guards look at what was chosen


class _Row:
    """Values by name."""

    def __init__(self, values: Any) -> None:
        self.__dict__.update(values)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class ListedOrder(_Row):
    is_cleared, total_amount = Order.is_cleared, Order.total_amount

    def __init__(self, row: Any, page: Page) -> None:
        super().__init__(row._mapping)
        summary = row.summary or summaries.NOTHING
        self.samples = [ListedSample(values, page) for values in summary["samples"]]
        self.reports = [ListedReport(values) for values in summary["reports"]]


class ListedSample(_Row):
    def __init__(self, values: dict[str, Any], page: Page) -> None:
        super().__init__(values)
        self.target_on = date.fromisoformat(values["target_on"]) if values["target_on"] else None
        self._page = page

    @property
    def standard(self) -> ListedStandard:
        return self._page.standards[self.standard_id]

    @property
    def parameters(self) -> list[Any]:
        return self._page.chosen[self.id] if self._page.has_blocked else [FREE] * self.chosen


class ListedReport(_Row):
    is_open = Report.is_open


class ListedStandard(_Row):
    is_current = Standard.is_current


class ListedParameter(_Row):
    is_blocked = Parameter.is_blocked


FREE = _Row({"parameter": ListedParameter({"blocked_at": None})})


class Page:
    """The rows of one page, and what they have in common."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.orders = [ListedOrder(row, self) for row in rows]

    @cached_property
    def standards(self) -> dict[str, ListedStandard]:
        """The standards that samples of this page are tested against."""
        wanted = {uuid.UUID(sample.standard_id) for order in self.orders for sample in order.samples}
        query = sa.select(Standard.id, *OF_STANDARD).where(Standard.id.in_(wanted))
        return {str(row.id): ListedStandard(row._mapping) for row in db.session.execute(query)}

    @cached_property
    def has_blocked(self) -> bool:
        """Is anything blocked in these standards? If not, what was chosen need not be looked up, only how much."""
        return any(standard.has_blocked for standard in self.standards.values())

    @cached_property
    def chosen(self) -> dict[str, list[Any]]:
        """What was chosen for the samples of drafts and submitted orders."""
        early = [order for order in self.orders if order.status in BEFORE_FORWARDING]
        wanted = [uuid.UUID(sample.id) for order in early for sample in order.samples]
        columns = (SampleParameter.sample_id, Parameter.name, Parameter.blocked_at, Parameter.blocked_note)
        query = sa.select(*columns).join(Parameter).where(SampleParameter.sample_id.in_(wanted))
        found: dict[str, list[Any]] = defaultdict(list)
        for row in db.session.execute(query):
            found[str(row.sample_id)].append(_Row({"parameter": ListedParameter(row._mapping)}))
        return found


def orders(rows: Sequence[Any]) -> list[Any]:
    return Page(rows).orders
