"""What waits for whom in testing, and by which numbers its things are found. One row is one kind of waiting."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from chassis.auth import Principal
from chassis.finding import Kind
from chassis.queues import Lane, Step
from svc_testing.analyses.models import Analysis
from svc_testing.orders.models import Order
from svc_testing.orders.rules import SEES_CUSTOMER
from svc_testing.people.rules import stands_in_for, today
from svc_testing.reports.models import Report
from svc_testing.samples.models import Sample, SampleParameter, report_sample
from svc_testing.worklists import BY_CODE, SEEN_BY, Rule

API = "/api/v1/testing"
TO_OPEN = {"drafted": "Lengkapi", "billed": "Lihat kode billing", "expired": "Minta kode baru"}

ORDER_PARTS = selectinload(Order.samples).options(
    selectinload(Sample.parameters).joinedload(SampleParameter.parameter), selectinload(Sample.reports)
)
SAMPLE_PARTS = (joinedload(Sample.order), selectinload(Sample.analyses), selectinload(Sample.reports))
REPORT_PARTS = (joinedload(Report.order).selectinload(Order.reports), selectinload(Report.samples))


def waiting(model: Any, rule: Rule, *parts: Any) -> Callable[[Principal], sa.Select[Any]]:
    """Things of this kind that the person may see and that the rule says wait for this person."""
    return lambda principal: sa.select(model).where(SEEN_BY[model](principal), rule(principal)).options(*parts)


def in_status(model: Any, *codes: str) -> Rule:
    return lambda principal: model.status.in_(codes)


def boxed(code: str) -> Rule:
    return BY_CODE[code].holds


def _mine(principal: Principal) -> set[uuid.UUID]:
    return {uuid.UUID(principal.id), *stands_in_for(principal, today())}


def _to_verify(principal: Principal) -> sa.ColumnElement[bool]:
    """Samples with a result to look at: the parameter's own supervisor, else the sample's."""
    submitted = sa.select(Analysis.sample_id).where(Analysis.status == "submitted")
    handed = submitted.where(Analysis.supervisor_id.in_(_mine(principal)))
    kept = submitted.join(Sample).where(Analysis.supervisor_id.is_(None), Sample.supervisor_id.in_(_mine(principal)))
    return Sample.id.in_(sa.union(handed, kept))


def _assigned_to_me(principal: Principal) -> sa.Select[Any]:
    return sa.select(Analysis).where(Analysis.analyst_id == uuid.UUID(principal.id), Analysis.status == "assigned")


def _to_test(principal: Principal) -> sa.ColumnElement[bool]:
    return Sample.id.in_(_assigned_to_me(principal).with_only_columns(Analysis.sample_id))


def _my_target(principal: Principal) -> Any:
    mine = _assigned_to_me(principal).with_only_columns(sa.func.min(Analysis.target_on))
    return sa.func.coalesce(mine.where(Analysis.sample_id == Sample.id).scalar_subquery(), Sample.target_on)


def _to_pay_until(principal: Principal) -> Any:
    return sa.case((Order.status == "billed", Order.expires_at))


def _sample_target(principal: Principal) -> Any:
    return Sample.target_on


def _report_target(principal: Principal) -> Any:
    targets = sa.select(sa.func.min(Sample.target_on)).join(report_sample, report_sample.c.sample_id == Sample.id)
    return targets.where(report_sample.c.report_id == Report.id).scalar_subquery()


def describe_order(order: Order, principal: Principal) -> dict[str, Any]:
    of_customer = principal.has("customer")
    name = order.customer_name if principal.has(*SEES_CUSTOMER) and not of_customer else ""
    shown = {
        "kind": "Order",
        "number": order.number or order.pre_number,
        "title": name or order.remark,
        "about": f"{len(order.samples)} sampel" if order.samples else "belum ada sampel",
        "links": {"self": f"{API}/orders/{order.id}"},
    }
    return shown | ({"open_label": TO_OPEN[order.status]} if of_customer and order.status in TO_OPEN else {})


def describe_sample(sample: Sample, principal: Principal) -> dict[str, Any]:
    return {
        "kind": "Sampel",
        "number": sample.number or sample.order.pre_number,
        "title": sample.sample_type,
        "about": sample.code_location,
        "links": {"self": f"{API}/samples/{sample.id}"},
    }


def _counting(status: str, words: str, own: bool = False) -> Callable[[Sample, Principal], dict[str, Any]]:
    """A sample told by how many of its parameters are in `status`; `own`: assigned to this very person."""

    def describe(sample: Sample, principal: Principal) -> dict[str, Any]:
        found = [
            analysis.name
            for analysis in sample.live_analyses
            if analysis.status == status and (not own or str(analysis.analyst_id) == principal.id)
        ]
        return describe_sample(sample, principal) | {"about": f"{len(found)} parameter {words}: {', '.join(found)}"}

    return describe


def describe_report(report: Report, principal: Principal) -> dict[str, Any]:
    numbers = ", ".join(sample.number or "" for sample in report.samples)
    name = report.order.customer_name if principal.has(*SEES_CUSTOMER) else ""
    return {
        "kind": "Laporan",
        "number": report.number or numbers,
        "title": name or ", ".join(sorted({sample.sample_type for sample in report.samples})),
        "about": f"sampel {numbers}" if report.number else f"order {report.order.number or report.order.pre_number}",
        "links": {"self": f"{API}/reports/{report.id}"},
    }


def _orders(box: str, label: str, role: str, rule: Rule, *steps: Step, **more: Any) -> Lane:
    href = f"{API}/orders?box={box}"
    rows = waiting(Order, rule, ORDER_PARTS)
    return Lane(
        box=box,
        label=label,
        roles=(role,),
        href=href,
        rows=rows,
        since=Order.status_since,
        describe=describe_order,
        steps=steps,
        **more,
    )


def _samples(box: str, label: str, role: str, rule: Rule, *steps: Step, query: str = "", **more: Any) -> Lane:
    kept: dict[str, Any] = {"describe": describe_sample, "due": _sample_target, "since": Sample.status_since} | more
    href = f"{API}/{query or f'samples?box={box}'}"
    return Lane(
        box=box, label=label, roles=(role,), href=href, rows=waiting(Sample, rule, *SAMPLE_PARTS), steps=steps, **kept
    )


def _reports(box: str, label: str, role: str, *names: str) -> Lane:
    return Lane(
        box=box,
        label=label,
        roles=(role,),
        href=f"{API}/reports?box={box}",
        rows=waiting(Report, boxed(box), *REPORT_PARTS),
        since=Report.status_since,
        due=_report_target,
        describe=describe_report,
        steps=(Step(names=names),),
    )


def _samples_of(order: Order) -> list[Sample]:
    return order.samples


QUEUE = (
    _orders(
        "customer-action",
        "Perlu Tindakan",
        "customer",
        boxed("customer-action"),
        Step(names=("submit",)),
        Step(names=("proceed", "replace"), of=_samples_of),
        due=_to_pay_until,
    ),
    _orders(
        "cs-new",
        "Order Baru",
        "customer_service",
        boxed("cs-new"),
        Step(names=("forward",)),
        Step(names=("accept", "answer"), of=_samples_of),
        Step(names=("number", "distribute", "number_more")),
    ),
    _reports("cs-issued", "Sertifikat dikirim", "customer_service", "send"),
    _samples(
        "lab-new",
        "Order Baru",
        "lab_coordinator",
        in_status(Sample, "distributed"),
        Step(names=("assign",)),
        query="samples?status=distributed",
    ),
    _samples("lab-finished", "Cek Sampel Selesai", "lab_coordinator", boxed("lab-finished"), Step(names=("check",))),
    _reports("lab-reports", "Verifikasi Laporan", "lab_coordinator", "approve", "accept_amendment"),
    _samples(
        "supervisor-new",
        "Sampel Baru",
        "supervisor",
        boxed("supervisor-new"),
        describe=_counting("ordered", "belum ditugaskan"),
        open_label="Tugaskan analis",
    ),
    _samples(
        "supervisor-verify",
        "Verifikasi",
        "supervisor",
        _to_verify,
        query="analyses?box=supervisor-verify",
        describe=_counting("submitted", "menunggu verifikasi"),
        open_label="Verifikasi",
    ),
    _samples("supervisor-ready", "Siap Dikirim", "supervisor", boxed("supervisor-ready"), Step(names=("finish",))),
    _samples(
        "analyst-mine",
        "Pekerjaan Saya",
        "analyst",
        _to_test,
        query="analyses?box=analyst-mine",
        due=_my_target,
        describe=_counting("assigned", "belum diisi", own=True),
        open_label="Isi hasil",
    ),
    _reports("typist-new", "Order Baru", "report_typist", "number", "number_amendment", "send_to_lab", "send_to_cs"),
    _samples(
        "sampling-arrivals",
        "Sampel Datang",
        "sampling_officer",
        boxed("sampling-arrivals"),
        Step(names=("receive",)),
    ),
)

NUMBERS = (
    Kind(
        label="Order",
        columns=(Order.pre_number, Order.number),
        rows=waiting(Order, lambda principal: sa.true(), ORDER_PARTS),
        describe=describe_order,
    ),
    Kind(
        label="Sampel",
        columns=(Sample.number,),
        rows=waiting(Sample, lambda principal: sa.true(), joinedload(Sample.order)),
        describe=describe_sample,
    ),
    Kind(
        label="Laporan",
        columns=(Report.number,),
        rows=waiting(Report, lambda principal: sa.true(), *REPORT_PARTS),
        describe=describe_report,
    ),
)
