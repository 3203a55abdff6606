"""How far a sample, and with it the order, has come in the laboratory (testing order, §2: children settle the parent)."""

from __future__ import annotations

from svc_testing.orders.models import Order
from svc_testing.orders.workflow import LAB
from svc_testing.samples.models import Sample

PENDING = {"registered", "refused", "accepted", "numbered"}
OF_SAMPLE = {
    "distributed": "distributed",
    "queried": "distributed",
    "assigned": "assigned",
    "started": "started",
    "verified": "started",
    "finished": "finished",
    "reported": "sent",
}
OF_REPORT = {"typed": "typed", "approved": "approved", "issued": "issued", "sent": "sent", "collected": "sent"}


def stage(sample: Sample) -> str | None:
    """The LAB stage of a sample; None while it is pending or when it does not count."""
    if sample.status == "withdrawn":
        return None
    if sample.released_at is not None:
        return "sent"
    if sample.status == "checked":
        return OF_REPORT.get(sample.report.status, "checked") if sample.report else "checked"
    return OF_SAMPLE.get(sample.status)


def of_order(order: Order) -> str | None:
    """The stage the order should show: the lowest of its counted samples, or awaited; None when nothing is left."""
    stages = [found for sample in order.samples if (found := stage(sample))]
    is_pending = any(sample.status in PENDING for sample in order.samples)
    lowest = min(stages, key=LAB.index, default=None)
    if is_pending and lowest in (None, "sent"):
        return "awaited"
    return lowest
