"""The rules about reports."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from chassis import numbering
from chassis.auth import Principal
from chassis.db import db, new_id
from chassis.problems import NotFound
from chassis.workflow import Act
from svc_testing.analyses.models import Analysis, Result
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.people import rules as people
from svc_testing.reports import content
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE

RELEASED = ("sent", "collected", "withdrawn", "replaced")

DETAIL = (
    joinedload(Report.order).selectinload(Order.reports),
    joinedload(Report.replaces),
    selectinload(Report.samples).options(
        joinedload(Sample.standard),
        selectinload(Sample.parameters).joinedload(SampleParameter.parameter),
        selectinload(Sample.analyses).selectinload(Analysis.results).selectinload(Result.verifications),
    ),
)


def seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    """The laboratory and the desk see all; a customer the own ones from sending on, and own amendment requests."""
    rules: list[sa.ColumnElement[bool]] = []
    if principal.has(*orders.OFFICE, "report_typist", "lab_coordinator", "supervisor"):
        return sa.true()
    if principal.has("customer") and principal.customer_uuid:
        mine = Report.order_id.in_(sa.select(Order.id).filter_by(customer_id=principal.customer_uuid))
        requested = sa.and_(Report.status.in_(("proposed", "refused")), Report.replaces_id.is_not(None))
        rules.append(sa.and_(mine, sa.or_(Report.status.in_(RELEASED), requested)))
    return sa.or_(*rules) if rules else sa.false()


def is_seen(report: Report, principal: Principal) -> bool:
    """The same rule for a report already loaded with its order."""
    if principal.has(*orders.OFFICE, "report_typist", "lab_coordinator", "supervisor"):
        return True
    is_own = principal.has("customer") and report.order.customer_id == principal.customer_uuid
    return is_own and (report.status in RELEASED or (report.status in ("proposed", "refused") and report.is_amendment))


def get(report_id: uuid.UUID, principal: Principal) -> Report:
    report = db.session.scalar(sa.select(Report).filter_by(id=report_id).where(seen_by(principal)).options(*DETAIL))
    if report is None:
        raise NotFound()
    return report


def printable(report_id: uuid.UUID, render_id: uuid.UUID | None) -> dict[str, Any]:
    """What svc-documents prints: the frozen content of the current render, or a draft where none is asked for."""
    report = db.session.scalar(sa.select(Report).filter_by(id=report_id).options(*DETAIL))
    if report is None:
        raise NotFound()
    if render_id is None:
        return content.build(report, is_draft=True)
    if report.render_id != render_id or report.content is None:
        raise NotFound("PDF ini sudah diganti.")
    return report.content


@REPORT.effect("number")
def number(act: Act) -> None:
    act.thing.number = numbering.issue("testing.report", act.now)


@REPORT.effect("number_amendment")
def number_amendment(act: Act) -> None:
    original = act.thing.replaces.number.split("/A")[0] if act.thing.replaces.version_no else act.thing.replaces.number
    act.thing.number = f"{original}/A{act.thing.version_no}"


@REPORT.effect("print")
def count_print(act: Act) -> None:
    act.thing.print_count += 1


@REPORT.effect("accredit")
def accredit(act: Act) -> None:
    act.thing.is_accredited = act.form["accredited"]


@REPORT.effect("send_to_lab")
def send_to_lab(act: Act) -> None:
    act.thing.typed_by = act.principal.id


@REPORT.effect("send_to_cs")
def send_to_cs(act: Act) -> None:
    """Released directly: authorised by who checked the samples in the laboratory."""
    act.thing.typed_by = act.principal.id
    checker = next((sample.checked_by for sample in act.thing.samples if sample.checked_by), "")
    _authorise(act, checker, people.name_of(checker))


@REPORT.effect("approve")
def approve(act: Act) -> None:
    _authorise(act, act.principal.id, act.principal.name)


def _authorise(act: Act, person: str, name: str) -> None:
    report = act.thing
    report.approved_by, report.approved_by_name, report.approved_at = person, name, act.now
    report.issued_on = people.today()
    _request_render(act)


@REPORT.effect("retry")
def _request_render(act: Act) -> None:
    report = act.thing
    report.render_id, report.render_error = new_id(), ""
    report.render_requested_at = act.now
    report.content = content.build(report, is_draft=False)


@REPORT.effect("issue")
def issue(act: Act) -> None:
    report, form = act.thing, act.form
    report.file_id, report.sha256, report.code = uuid.UUID(form["file_id"]), form["sha256"], form["code"]


@REPORT.effect("unapprove", "return_by_cs")
def unapprove(act: Act) -> None:
    report = act.thing
    report.file_id, report.sha256, report.code = None, "", ""
    report.approved_by = report.approved_by_name = ""
    report.issued_on = None


@REPORT.effect("return_to_lab")
def return_to_lab(act: Act) -> None:
    chosen = {row["id"] for row in act.form["samples"]}
    for sample in act.thing.samples:
        if str(sample.id) in chosen and sample.status in ("checked", "reported"):
            SAMPLE.fire(sample, "bounce", actor=act.principal)


@REPORT.effect("return_to_supervisor", "accept_with_retest")
def reopen_samples(act: Act) -> None:
    chosen = {row["id"] for row in act.form["analyses"]}
    act.thing.amendment_fee = act.form.get("fee", act.thing.amendment_fee)
    for sample in act.thing.samples:
        if any(str(analysis.id) in chosen for analysis in sample.analyses):
            form = {"analyses": act.form["analyses"], "note": act.form["note"]}
            SAMPLE.fire(sample, "reopen", form=form, actor=act.principal)


@REPORT.effect("send")
def send(act: Act) -> None:
    report = act.thing
    report.sent_at = act.now
    for sample in report.samples:
        if sample.status == "checked":
            SAMPLE.fire(sample, "report", actor=act.principal)
    if report.replaces is not None and report.replaces.status != "replaced":
        REPORT.fire(report.replaces, "replace", actor=act.principal)


@REPORT.effect("collect", "post", "waive_hardcopy")
def hand_over(act: Act) -> None:
    given = {name: value for name, value in act.form.items() if value not in (None, "")}
    act.thing.handover = {"how": act.transition.name, "by": act.principal.id, **given}


@REPORT.effect("request_amendment")
def request_amendment(act: Act) -> None:
    """A proposed successor; the issued report stays as it is."""
    old = act.thing
    successor = Report(
        order=old.order,
        samples=list(old.samples),
        status="proposed",
        replaces_id=old.id,
        version_no=old.version_no + 1,
        is_accredited=old.is_accredited,
        amendment_reason=act.form["reason"],
        amendment_change=act.form["change"],
    )
    REPORT.created(successor, act.principal)


@REPORT.effect("accept_amendment")
def accept_amendment(act: Act) -> None:
    act.thing.amendment_fee = act.form["fee"]


@REPORT.effect("void")
def void(act: Act) -> None:
    for sample in act.thing.samples:
        if sample.status == "checked":
            SAMPLE.fire(sample, "report", actor=act.principal)
