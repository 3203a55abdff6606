"""The public API of this service."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, request

from chassis.auth import internal, requires, signed_in
from chassis.db import atomic, db
from chassis.problems import NotAllowed, NotFound
from chassis.web import Blueprint, if_match, represent
from svc_testing import listings, presenting, selections, worklists
from svc_testing.analyses import guards as analysis_guards
from svc_testing.analyses import rules as analyses
from svc_testing.analyses.models import Analysis
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import Standard
from svc_testing.orders import guards as order_guards
from svc_testing.orders import rules as orders
from svc_testing.orders.workflow import ORDER, catalogue
from svc_testing.people.rules import name_of
from svc_testing.reports import guards as report_guards
from svc_testing.reports import rules as reports
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples import guards as sample_guards
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample
from svc_testing.samples.workflow import SAMPLE
from svc_testing.schemas import (
    DraftResult,
    OrderArgs,
    OrderChange,
    OrderForm,
    ParametersForm,
    PartArgs,
    SampleChange,
    SampleForm,
)

GUARDS = (order_guards, sample_guards, analysis_guards, report_guards)
CATALOGUE_ADMINS = ("super_admin", "admin")

bp = Blueprint("testing", __name__, description="Pengujian: order, sampel, analisis, laporan")
internal_bp = Blueprint("testing_internal", __name__, internal=True, description="Untuk layanan lain")


def _names(principal: Any) -> bool | tuple[str, ...]:
    """In histories customers read no names, and the laboratory none of customers."""
    if principal.has("customer"):
        return False
    return True if principal.has(*orders.SEES_CUSTOMER) else ("customer",)


_IN_HISTORY: Any = {"names": _names, "people": name_of}

bp.actions(ORDER, load=orders.get, dump=presenting.order_detail, **_IN_HISTORY)
bp.actions(
    SAMPLE,
    load=samples.get,
    dump=presenting.sample_detail,
    several=selections.several(Sample, selections.list_samples),
    **_IN_HISTORY,
)
bp.actions(
    ANALYSIS,
    load=analyses.get,
    dump=presenting.analysis_detail,
    several=selections.several(Analysis, selections.list_analyses),
    called=lambda analysis: f"{analysis.sample.number} · {analysis.name}",
    **_IN_HISTORY,
)
bp.actions(
    REPORT,
    load=reports.get,
    dump=presenting.report_detail,
    several=selections.several(Report, selections.list_reports),
    **_IN_HISTORY,
)


@bp.get("/orders")
@bp.arguments(OrderArgs, location="query")
@bp.response(200)
@signed_in
def list_orders(args: dict[str, Any]) -> Any:
    """Order pengujian"""
    query = selections.list_orders(args)
    return listings.ORDERS.answer(query, args, lambda rows: presenting.each(rows, presenting.order_row, g.principal))


@bp.post("/orders")
@bp.arguments(OrderForm)
@bp.response(201)
@requires("customer", "customer_service")
@atomic
def create_order(form: dict[str, Any]) -> Any:
    """Tambah Order"""
    return represent(presenting.order_detail(orders.create(g.principal, **form), g.principal), 201)


@bp.get("/orders/<uuid:order_id>")
@bp.response(200)
@signed_in
def show_order(order_id: uuid.UUID) -> Any:
    """Detail order"""
    return represent(presenting.order_detail(orders.get(order_id, g.principal), g.principal))


@bp.get("/orders/<uuid:order_id>/parameters")
@bp.response(200)
@signed_in
def list_parameters(order_id: uuid.UUID) -> Any:
    """Parameter yang dapat dipilih untuk sampel order ini"""
    found = catalogue(orders.get(order_id, g.principal))
    return {"items": [{"value": value, "label": label} for value, label in found]}


@bp.patch("/orders/<uuid:order_id>")
@bp.arguments(OrderChange)
@bp.response(200)
@requires("customer", "customer_service")
@atomic
def change_order(form: dict[str, Any], order_id: uuid.UUID) -> Any:
    """Ubah draf order"""
    order = orders.get(order_id, g.principal)
    if_match(order)
    orders.change(order, g.principal, **form)
    return represent(presenting.order_detail(order, g.principal))


@bp.post("/orders/<uuid:order_id>/samples")
@bp.arguments(SampleForm)
@bp.response(201)
@requires("customer", "customer_service")
@atomic
def add_sample(form: dict[str, Any], order_id: uuid.UUID) -> Any:
    """Tambah Sampel"""
    order = orders.get(order_id, g.principal)
    _known_standard(form["standard_id"])
    return represent(presenting.sample_detail(samples.add(order, g.principal, **form), g.principal), 201)


def _known_standard(standard_id: uuid.UUID) -> None:
    if db.session.get(Standard, standard_id) is None:
        raise NotFound("Peraturan/standar tidak dikenal.")


@bp.get("/samples")
@bp.arguments(PartArgs, location="query")
@bp.response(200)
@signed_in
def list_samples(args: dict[str, Any]) -> Any:
    """Data sampel"""
    query = selections.list_samples(args)
    return listings.SAMPLES.answer(query, args, lambda rows: presenting.each(rows, presenting.sample_row, g.principal))


@bp.get("/samples/<uuid:sample_id>")
@bp.response(200)
@signed_in
def show_sample(sample_id: uuid.UUID) -> Any:
    """Cek sampel dan parameter"""
    return represent(presenting.sample_detail(samples.get(sample_id, g.principal), g.principal))


@bp.patch("/samples/<uuid:sample_id>")
@bp.arguments(SampleChange)
@bp.response(200)
@requires("customer", "customer_service")
@atomic
def change_sample(form: dict[str, Any], sample_id: uuid.UUID) -> Any:
    """Ubah sampel pada draf"""
    sample = samples.get(sample_id, g.principal)
    if_match(sample)
    if "standard_id" in form:
        _known_standard(form["standard_id"])
    return represent(presenting.sample_detail(samples.change(sample, g.principal, **form), g.principal))


@bp.put("/samples/<uuid:sample_id>/parameters")
@bp.arguments(ParametersForm)
@bp.response(200)
@requires("customer", "customer_service")
@atomic
def choose_parameters(form: dict[str, Any], sample_id: uuid.UUID) -> Any:
    """Pilih parameter"""
    sample = samples.get(sample_id, g.principal)
    if_match(sample)
    return represent(presenting.sample_detail(samples.change(sample, g.principal, **form), g.principal))


@bp.delete("/samples/<uuid:sample_id>")
@bp.response(204)
@requires("customer", "customer_service")
@atomic
def remove_sample(sample_id: uuid.UUID) -> Any:
    """Hapus sampel dari draf"""
    sample = samples.get(sample_id, g.principal)
    if_match(sample)
    samples.remove(sample, g.principal)
    return "", 204


@bp.get("/analyses")
@bp.arguments(PartArgs, location="query")
@bp.response(200)
@requires("analyst", "supervisor", "lab_coordinator", "admin", "super_admin")
def list_analyses(args: dict[str, Any]) -> Any:
    """Parameter uji"""
    query = selections.list_analyses(args)
    return listings.ANALYSES.answer(
        query, args, lambda rows: presenting.each(rows, presenting.analysis_detail, g.principal)
    )


@bp.get("/analyses/<uuid:analysis_id>")
@bp.response(200)
@signed_in
def show_analysis(analysis_id: uuid.UUID) -> Any:
    """Satu parameter uji"""
    return represent(presenting.analysis_detail(analyses.get(analysis_id, g.principal), g.principal))


@bp.put("/analyses/<uuid:analysis_id>/draft")
@bp.arguments(DraftResult)
@bp.response(200)
@requires("analyst")
@atomic
def save_draft_result(form: dict[str, Any], analysis_id: uuid.UUID) -> Any:
    """Simpan sementara hasil yang sedang diketik"""
    analysis = analyses.save_draft(analyses.get(analysis_id, g.principal), g.principal, **form)
    return represent(presenting.analysis_detail(analysis, g.principal))


@bp.get("/reports")
@bp.arguments(PartArgs, location="query")
@bp.response(200)
@signed_in
def list_reports(args: dict[str, Any]) -> Any:
    """Laporan hasil uji"""
    query = selections.list_reports(args)
    return listings.REPORTS.answer(
        query, args, lambda rows: presenting.each(rows, presenting.report_detail, g.principal)
    )


@bp.get("/reports/<uuid:report_id>")
@bp.response(200)
@signed_in
def show_report(report_id: uuid.UUID) -> Any:
    """Satu laporan hasil uji"""
    return represent(presenting.report_detail(reports.get(report_id, g.principal), g.principal))


@bp.get("/worklists")
@bp.response(200)
@signed_in
def list_worklists() -> Any:
    """Kotak kerja dengan jumlahnya"""
    if g.principal.kind != "user":
        raise NotAllowed()
    return worklists.counts(g.principal)


@internal_bp.get("/reports/<uuid:report_id>/content")
@internal_bp.response(200)
@internal("svc-documents")
def report_content(report_id: uuid.UUID) -> Any:
    """Isi beku laporan untuk dicetak"""
    render_id = request.args.get("render_id", type=uuid.UUID)
    return represent(reports.printable(report_id, render_id))
