"""The rules about analyses and their results."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from chassis.auth import Principal
from chassis.db import db, lock, now
from chassis.history import record
from chassis.problems import BadForm, Conflict, NotAllowed, NotFound, Problem
from chassis.workflow import Act
from svc_testing.analyses import counts, results
from svc_testing.analyses.guards import OPEN
from svc_testing.analyses.models import Analysis, Result, Verification
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import FROZEN
from svc_testing.people.rules import today
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample

DETAIL = (
    joinedload(Analysis.sample).options(joinedload(Sample.order), joinedload(Sample.standard)),
    selectinload(Analysis.results).selectinload(Result.verifications),
)


def seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    if principal.has("lab_coordinator", "supervisor", "report_typist", "super_admin", "admin"):
        return sa.exists().where(Sample.id == Analysis.sample_id, samples.seen_by(principal)).correlate(Analysis)
    if principal.has("analyst"):
        return Analysis.analyst_id == uuid.UUID(principal.id)
    return sa.false()


def get(analysis_id: uuid.UUID, principal: Principal) -> Analysis:
    query = sa.select(Analysis).filter_by(id=analysis_id).where(seen_by(principal)).options(*DETAIL)
    analysis = db.session.scalar(query)
    if analysis is None:
        raise NotFound()
    return analysis


def save_draft(analysis: Analysis, principal: Principal, *, result: str, operand: str) -> Analysis:
    """Keep what the analyst is typing; no transition, no version."""
    lock(analysis)
    if str(analysis.analyst_id) != principal.id:
        raise NotAllowed("Parameter ini bukan tugas Anda.")
    if analysis.status != "assigned":
        raise Conflict("Hasil sudah dikirim.")
    analysis.draft_result, analysis.draft_operand, analysis.draft_saved_at = result, operand, now()
    return analysis


def get_counted(analysis_id: uuid.UUID, principal: Principal) -> Analysis:
    """An analysis whose organisms are counted; there is no sheet for any other."""
    analysis = get(analysis_id, principal)
    if not analysis.is_biota:
        raise NotFound("Parameter ini tidak diisi lewat Cek Organisme.")
    return analysis


def open_counts(analysis: Analysis, principal: Principal) -> Analysis:
    """Lock the order and read afresh what the sheet is for, for the analyst who may fill it in now."""
    lock(analysis.sample.order)
    for each in (analysis, *with_same_counts(analysis)):
        lock(each)
    refusal = refuse_counts(analysis, principal)
    if refusal is not None:
        raise refusal
    return analysis


def refuse_counts(analysis: Analysis, principal: Principal) -> Problem | None:
    """Why this person can't change the sheet now, or None."""
    if str(analysis.analyst_id) != principal.id:
        return NotAllowed("Parameter ini bukan tugas Anda.")
    if analysis.status != "assigned":
        return Conflict("Hasil sudah dikirim; tarik hasilnya untuk mengubah hitungan.")
    return None if analysis.sample.status in OPEN else Conflict("Sampel tidak sedang diuji.")


def save_counts(analysis: Analysis, principal: Principal, given: dict[str, Any]) -> None:
    """Keep the sheet with every parameter of the sample that this analyst answers from it, and their results as drafts."""
    sheet = counts.read(counts.kind_of(analysis), given)
    saved = {"saved_by": principal.id, "saved_at": now().isoformat()}
    for each in (analysis, *with_same_counts(analysis)):
        each.counts = sheet | saved
        each.draft_result, each.draft_operand, each.draft_saved_at = counts.offered(each), "", now()
        each.version += 1
        _note_counts(each, principal)


def with_same_counts(analysis: Analysis) -> list[Analysis]:
    """The other parameters of the sample that are answered from the same sheet and are still with the same analyst."""
    return [
        other
        for other in analysis.sample.live_analyses
        if other is not analysis
        and other.is_biota
        and other.status == "assigned"
        and other.analyst_id == analysis.analyst_id
        and counts.kind_of(other) is counts.kind_of(analysis)
    ]


def _note_counts(analysis: Analysis, principal: Principal) -> None:
    """Who counted and when; the customer reads histories too, so no figure."""
    facts: dict[str, Any] = {
        "from_status": analysis.status,
        "to_status": analysis.status,
        "version": analysis.version,
    }
    order = analysis.sample.order
    record(order.id, ANALYSIS.name, analysis.id, "count", principal, workflow_version=ANALYSIS.digest, **facts)


@ANALYSIS.effect("assign", "reassign")
def assign(act: Act) -> None:
    act.thing.analyst_id = uuid.UUID(act.form["analyst"])
    act.thing.target_on = act.form["target_on"]


@ANALYSIS.effect("hand_over")
def hand_over(act: Act) -> None:
    act.thing.supervisor_id = uuid.UUID(act.form["supervisor"])


@ANALYSIS.effect("revise")
def revise(act: Act) -> None:
    for name in ("unit", "method"):
        if act.form[name]:
            setattr(act.thing, name, act.form[name])


@ANALYSIS.effect("decline")
def decline(act: Act) -> None:
    act.thing.analyst_id, act.thing.target_on = None, None


def look_ahead(analysis: Analysis) -> dict[str, Any] | None:
    """What the kept draft would become: how it reads, whether it passes the frozen limit, or what is wrong with it."""
    if not analysis.draft_result:
        return None
    try:
        reading = _read(analysis, analysis.draft_result, analysis.draft_operand)
    except results.Unreadable as error:
        return {"display": "", "passes": None, "problem": str(error)}
    return {"display": reading.display, "passes": results.passes(reading, analysis), "problem": ""}


def _read(analysis: Analysis, typed: str, operand: str) -> results.Reading:
    reading = results.read(typed, operand)
    if analysis.limit_kind == "text" and reading.kind != "text":
        raise results.Unreadable(f"Tulis dengan kata, misalnya: {analysis.limit_text}.")
    return reading


@ANALYSIS.effect("submit")
def submit(act: Act) -> None:
    analysis, form = act.thing, act.form
    try:
        reading = _read(analysis, form["result"], form["operand"])
    except results.Unreadable as error:
        raise BadForm(str(error), errors={"result": [str(error)]}) from error
    if form["tested_on"] > today():
        raise BadForm("Tanggal uji belum tiba.", errors={"tested_on": ["Tanggal uji belum tiba."]})
    analysis.results.append(
        Result(
            n=len(analysis.results) + 1,
            kind=reading.kind,
            operand=reading.operand,
            typed=form["result"],
            display=reading.display,
            value=reading.value,
            passes=results.passes(reading, analysis),
            tested_on=form["tested_on"],
            counts=analysis.counts,
            note=form["note"],
            entered_by=act.principal.id,
        )
    )
    analysis.workload = form["workload"] if form["workload"] is not None else analysis.workload_points
    analysis.draft_result, analysis.draft_operand = "", ""


@ANALYSIS.effect("recall", "return")
def retract(act: Act) -> None:
    """The version stays readable, but no longer counts."""
    result = act.thing.result
    if result is not None:
        result.retracted_at = act.now
        act.thing.draft_result, act.thing.draft_operand = result.typed, result.operand


@ANALYSIS.effect("endorse", "verify")
def verify(act: Act) -> None:
    act.thing.result.verifications.append(
        Verification(verifier_id=act.principal.id, verifier_name=act.principal.name, note=act.form["note"])
    )


@ANALYSIS.effect("repeat")
def repeat(act: Act) -> None:
    """A new analysis in the old one's place; the old stays readable."""
    old = act.thing
    again = Analysis(
        sample=old.sample, position=old.position, status="ordered", repeat_of_id=old.id, supervisor_id=old.supervisor_id
    )
    for name in FROZEN:
        setattr(again, name, getattr(old, name))
    ANALYSIS.created(again, act.principal)


@ANALYSIS.effect("reinstate")
def reinstate(act: Act) -> None:
    """The last result that had been verified counts again."""
    verified = [result for result in act.thing.results if result.verifications]
    for result in act.thing.results:
        result.retracted_at = result.retracted_at or act.now
    if verified:
        verified[-1].retracted_at = None
        act.thing.results.sort(key=lambda result: result.retracted_at is None)
