"""What the events of this service carry: ids and facts, no results and nobody's name."""

from __future__ import annotations

from typing import Any

from chassis.workflow import Act
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.models import Sample
from svc_testing.samples.workflow import SAMPLE

CANCELLING = ("abandon", "abandon_stale", "reject", "cancel", "lapse", "cancel_paid", "dissolve", "recall")


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None


def order_facts(order: Order) -> dict[str, Any]:
    return {
        "order_id": str(order.id),
        "pre_number": order.pre_number,
        "number": order.number,
        "revision": order.invoice_revision,
        "customer_id": str(order.customer_id),
        "status": order.status,
    }


@ORDER.payload()
def order(act: Act) -> dict[str, Any]:
    return order_facts(act.thing)


@ORDER.payload("forward")
def forwarded(act: Act) -> dict[str, Any]:
    thing = act.thing
    return {
        "lines": [
            {
                "sample_id": str(sample.id),
                "label": ", ".join(part for part in (sample.sample_type, sample.code_location) if part),
                "standard": sample.standard_name,
                "amount": sample.amount,
            }
            for sample in thing.samples
        ],
        "certificate_amount": 0,
        "forwarded_by": act.principal.id,
        "ordered_at": thing.submitted_at.isoformat() if thing.submitted_at else None,
    }


@ORDER.payload(*CANCELLING)
def cancelled(act: Act) -> dict[str, Any]:
    return {"refund": act.form.get("refund"), "reason": act.form.get("reason", "")}


@ORDER.payload("number", "number_more")
def numbered(act: Act) -> dict[str, Any]:
    return {
        "order_number": act.thing.number,
        "samples": [{"id": str(sample.id), "number": sample.number} for sample in act.thing.samples if sample.number],
    }


def _sample_facts(sample: Sample) -> dict[str, Any]:
    return {
        "order_id": str(sample.order_id),
        "sample_id": str(sample.id),
        "number": sample.number,
        "pre_number": sample.order.pre_number,
        "customer_id": str(sample.order.customer_id),
        "supervisor_id": _text(sample.supervisor_id),
        "status": sample.status,
        "target_on": _text(sample.target_on),
    }


@SAMPLE.payload()
def sample(act: Act) -> dict[str, Any]:
    return _sample_facts(act.thing)


@SAMPLE.payload("give_up", "withdraw", "cancel")
def sample_withdrawn(act: Act) -> dict[str, Any]:
    return {"amount": act.thing.amount, "refund": act.form.get("refund"), "reason": act.form.get("reason", "")}


@ANALYSIS.payload()
def analysis(act: Act) -> dict[str, Any]:
    thing = act.thing
    return {
        "order_id": str(thing.sample.order_id),
        "sample_id": str(thing.sample_id),
        "analysis_id": str(thing.id),
        "sample_number": thing.sample.number,
        "parameter": thing.name,
        "analyst_id": _text(thing.analyst_id),
        "supervisor_id": _text(thing.responsible_id),
        "target_on": _text(thing.target_on),
        "customer_id": str(thing.sample.order.customer_id),
    }


@ANALYSIS.payload("cancel")
def analysis_cancelled(act: Act) -> dict[str, Any]:
    return {"amount": act.thing.price_amount, "refund": act.form["refund"], "reason": act.form["reason"]}


@REPORT.payload()
def report(act: Act) -> dict[str, Any]:
    thing = act.thing
    return {
        "order_id": str(thing.order.id),
        "report_id": str(thing.id),
        "number": thing.number,
        "render_id": _text(thing.render_id),
        "customer_id": str(thing.order.customer_id),
        "pre_number": thing.order.pre_number,
        "status": thing.status,
    }
