"""The rules about samples."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from chassis import numbering
from chassis.auth import Principal
from chassis.db import db, lock
from chassis.history import record
from chassis.problems import Conflict, NotFound
from chassis.workflow import Act
from svc_testing.analyses.models import Analysis, Result
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import FROZEN
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.people import calendar
from svc_testing.people.rules import today
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples import choosing
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE

IN_LABORATORY = ("distributed", "assigned", "started", "verified", "finished", "checked", "reported", "withdrawn")

DETAIL = (
    joinedload(Sample.order),
    joinedload(Sample.standard),
    selectinload(Sample.parameters).joinedload(SampleParameter.parameter),
    selectinload(Sample.analyses).selectinload(Analysis.results).selectinload(Result.verifications),
    selectinload(Sample.reports),
)


def seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    """Samples of visible orders; an analyst sees those with own parameters, the laboratory those that reached it."""
    rules: list[sa.ColumnElement[bool]] = []
    if principal.has("customer", *orders.OFFICE, *orders.BEYOND_DRAFT, "report_typist"):
        seen = sa.select(orders.seen_by(principal)).where(Order.id == Sample.order_id)
        rules.append(seen.correlate(Sample).scalar_subquery())  # asked of each sample: a join would read all orders
    if principal.has("lab_coordinator", "supervisor"):
        reached = sa.or_(Sample.status.in_(IN_LABORATORY), sa.and_(Sample.status == "queried"))
        rules.append(sa.and_(Sample.number.is_not(None), reached))
    if principal.has("analyst"):
        rules.append(Sample.id.in_(sa.select(Analysis.sample_id).where(Analysis.analyst_id == uuid.UUID(principal.id))))
    return sa.or_(*rules) if rules else sa.false()


def get(sample_id: uuid.UUID, principal: Principal) -> Sample:
    sample = db.session.scalar(sa.select(Sample).filter_by(id=sample_id).where(seen_by(principal)).options(*DETAIL))
    if sample is None:
        raise NotFound()
    return sample


def add(order: Order, principal: Principal, *, parameters: list[uuid.UUID], **fields: Any) -> Sample:
    """Put a sample on a draft."""
    _check_draft(order)
    sample = Sample(order=order, position=choosing.next_position(order), status="registered", **fields)
    SAMPLE.created(sample, principal)
    choosing.choose(sample, parameters)
    orders.touch(order)
    return sample


def change(sample: Sample, principal: Principal, *, parameters: list[uuid.UUID] | None = None, **fields: Any) -> Sample:
    """Change a sample of a draft; another standard drops the parameters chosen under the old one."""
    _check_draft(sample.order)
    before = _facts(sample)
    if fields.get("standard_id", sample.standard_id) != sample.standard_id:
        sample.parameters.clear()
    for name, value in fields.items():
        setattr(sample, name, value)
    db.session.flush()
    db.session.expire(sample, ["standard"])
    if parameters is not None:
        choosing.choose(sample, parameters)
    sample.version += 1
    orders.touch(sample.order)
    after = _facts(sample)
    _note(
        sample,
        "change",
        principal,
        {name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    return sample


def remove(sample: Sample, principal: Principal) -> None:
    _check_draft(sample.order)
    orders.touch(sample.order)
    _note(sample, "remove", principal, {name: [value, None] for name, value in _facts(sample).items()})
    db.session.delete(sample)


def _facts(sample: Sample) -> dict[str, Any]:
    """What a person chooses for a sample on a draft."""
    chosen = sorted(chosen.name for chosen in sample.parameters)
    facts: dict[str, Any] = {
        name: getattr(sample, name) for name in ("sample_type", "code_location", "standard_id", "remark")
    }
    return facts | {"parameters": chosen}


def _note(sample: Sample, what: str, principal: Principal, changes: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "from_status": sample.status,
        "to_status": sample.status,
        "version": sample.version,
        "changes": changes,
    }
    record(sample.order_id, SAMPLE.name, sample.id, what, principal, workflow_version=SAMPLE.digest, **facts)


def _check_draft(order: Order) -> None:
    lock(order)
    if order.status != "drafted":
        raise Conflict("Order sudah dikirim; sampel tidak dapat diubah di sini.")


@SAMPLE.effect("receive")
def receive(act: Act) -> None:
    sample, form = act.thing, act.form
    sample.received_at = form["received_at"]
    sample.condition, sample.storage = form["condition"], form["storage"]
    if form["photo_file"]:
        sample.photo_file_id, sample.photo_by = form["photo_file"], act.principal.id


@SAMPLE.effect("accept")
def accept(act: Act) -> None:
    sample, form = act.thing, act.form
    sample.received_at, sample.checklist = form["received_at"], form["checklist"]
    sample.conclusion, sample.customer_agreement = form["conclusion"], form["customer_agreement"]


@SAMPLE.effect("recheck")
def recheck(act: Act) -> None:
    act.thing.conclusion = ""
    act.thing.customer_agreement = ""


@SAMPLE.effect("refuse")
def refuse(act: Act) -> None:
    sample, form = act.thing, act.form
    sample.checklist, sample.refusal_reason = form["checklist"], form["reason"]
    sample.may_proceed, sample.conclusion = form["may_proceed"], "ditolak"


@SAMPLE.effect("replace")
def replace(act: Act) -> None:
    sample = act.thing
    sample.expected_on = act.form["expected_on"]
    sample.received_at, sample.checklist, sample.conclusion = None, None, ""


@SAMPLE.effect("proceed")
def proceed(act: Act) -> None:
    act.thing.conclusion = "diterima_dengan_catatan"
    act.thing.customer_agreement = f"Disetujui pelanggan: {act.thing.refusal_reason}"


@SAMPLE.effect("number")
def number(act: Act) -> None:
    """An analysis number, and one analysis per parameter with everything frozen that it is judged by."""
    sample = act.thing
    sample.number = numbering.issue("testing.analysis", act.now)
    for chosen in sample.parameters:
        analysis = Analysis(sample=sample, position=chosen.position, status="ordered")
        for name in FROZEN:
            setattr(analysis, name, getattr(chosen, name))
        ANALYSIS.created(analysis, act.principal)
    sample.is_accredited = any(chosen.is_accredited for chosen in sample.parameters)


@SAMPLE.effect("distribute")
def distribute(act: Act) -> None:
    sample = act.thing
    sample.distributed_at = act.now
    days = max((analysis.lead_days for analysis in sample.live_analyses), default=0)
    sample.target_on = calendar.add_working_days(today(), days)


@SAMPLE.effect("assign", "reassign")
def assign(act: Act) -> None:
    act.thing.supervisor_id = uuid.UUID(act.form["supervisor"])


@SAMPLE.effect("query")
def query(act: Act) -> None:
    act.thing.query_reason, act.thing.answer = act.form["reason"], ""
    act.thing.supervisor_id = None


@SAMPLE.effect("answer")
def answer(act: Act) -> None:
    act.thing.answer = act.form["answer"]


@SAMPLE.effect("hand_back")
def hand_back(act: Act) -> None:
    act.thing.supervisor_id = None
    for analysis in act.thing.live_analyses:
        analysis.supervisor_id = None


@SAMPLE.effect("return", "reopen")
def return_analyses(act: Act) -> None:
    chosen = {row["id"] for row in act.form.get("analyses", [])}
    note = act.form.get("note") or "Dikembalikan bersama sampelnya"
    for analysis in act.thing.live_analyses:
        if str(analysis.id) in chosen:
            ANALYSIS.act(analysis, "return", act.principal, form={"note": note})


@SAMPLE.effect("check")
def check(act: Act) -> None:
    """Make the sample's report, join one, or let a reopened one resume."""
    sample = act.thing
    sample.checked_by = act.principal.id
    if sample.report is not None and sample.report.status == "reopened":
        return
    joined = next((report for report in sample.order.reports if str(report.id) == act.form["report"]), None)
    if joined is not None:
        joined.samples.append(sample)
        return
    report = Report(order=sample.order, samples=[sample], status="drafted", is_accredited=sample.is_accredited)
    REPORT.created(report, act.principal, event="report.drafted")


@SAMPLE.effect("report")
def report(act: Act) -> None:
    act.thing.released_at = act.thing.released_at or act.now


@SAMPLE.effect("give_up", "withdraw", "cancel")
def withdraw(act: Act) -> None:
    for analysis in act.thing.live_analyses:
        ANALYSIS.fire(analysis, "fall_away", actor=act.principal)


@SAMPLE.effect("restore")
def restore(act: Act) -> None:
    """Stop an amendment's retest: the earlier results stand, the amendment loses this sample."""
    sample = act.thing
    for analysis in sample.live_analyses:
        if analysis.status != "verified":
            ANALYSIS.fire(analysis, "reinstate", actor=act.principal)
    for amendment in list(sample.reports):
        if amendment.status == "reopened":
            amendment.samples.remove(sample)


@SAMPLE.effect("annotate")
def annotate(act: Act) -> None:
    act.thing.note = act.form["note"]


@SAMPLE.effect("accredit")
def accredit(act: Act) -> None:
    act.thing.is_accredited = act.form["accredited"]


@SAMPLE.effect("correct")
def correct(act: Act) -> None:
    for name in ("sample_type", "code_location", "remark"):
        if act.form[name]:
            setattr(act.thing, name, act.form[name])


@SAMPLE.effect("reschedule")
def reschedule(act: Act) -> None:
    act.thing.target_on = act.form["target_on"]
