"""The public API of this service."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import g, request
from sqlalchemy.orm import joinedload, selectinload

from chassis.auth import internal, public, requires, signed_in
from chassis.db import atomic, db, now
from chassis.history import record
from chassis.lists import Column, Listing
from chassis.problems import NotAllowed, NotFound
from chassis.web import Blueprint, if_match, represent
from svc_testing import presenting, worklists
from svc_testing.analyses import guards as analysis_guards
from svc_testing.analyses import rules as analyses
from svc_testing.analyses.models import Analysis, Result
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import Parameter, Standard
from svc_testing.orders import guards as order_guards
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER
from svc_testing.people import rules as people
from svc_testing.reports import guards as report_guards
from svc_testing.reports import rules as reports
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples import guards as sample_guards
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE
from svc_testing.schemas import (
    BlockForm,
    Counts,
    DraftResult,
    OrderArgs,
    OrderChange,
    OrderForm,
    ParametersForm,
    PartArgs,
    PeopleArgs,
    SampleChange,
    SampleForm,
    StandardArgs,
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


bp.actions(ORDER, load=orders.get, dump=presenting.order_detail, names=_names)
bp.actions(SAMPLE, load=samples.get, dump=presenting.sample_detail, names=_names)
bp.actions(ANALYSIS, load=analyses.get, dump=presenting.analysis_detail, names=_names)
bp.actions(REPORT, load=reports.get, dump=presenting.report_detail, names=_names)

ORDERS = Listing(
    model=Order,
    sorts={"created_at": Order.created_at, "pre_number": Order.pre_number, "customer": Order.customer_name},
    default_sort="-created_at",
    search=(Order.pre_number, Order.number, Order.customer_name),
    filters={"customer_id": Order.customer_id},
    dated=Order.created_at,
    columns=(
        Column("Pre Order", lambda order: order.pre_number),
        Column("Nomor Order", lambda order: order.number or "belum terbit"),
        Column("Nomor Analisis", lambda order: ", ".join(s.number for s in order.samples if s.number)),
        Column("Tanggal Order", lambda order: order.created_at),
        Column("Nama Pelanggan", lambda order: order.customer_name if g.principal.has(*orders.SEES_CUSTOMER) else ""),
        Column("Asal Contoh", lambda order: "Bawa Sendiri" if order.origin == "bring_in" else "Sampling"),
        Column("Status", lambda order: ORDER.label(order.status)),
    ),
)
SAMPLES = Listing(
    model=Sample,
    sorts={"created_at": Sample.created_at},
    default_sort="created_at",
    search=(Sample.number, Sample.sample_type, Sample.code_location),
    filters={"order_id": Sample.order_id},
    dated=Sample.created_at,
    columns=(
        Column("Nomor Analisis", lambda sample: sample.number or "belum terbit"),
        Column("Jenis Contoh", lambda sample: sample.sample_type),
        Column("Kode/lokasi", lambda sample: sample.code_location),
        Column("Peraturan", lambda sample: sample.standard_name),
        Column("Target", lambda sample: sample.target_on),
        Column("Status", lambda sample: SAMPLE.label(sample.status)),
    ),
)
ANALYSES = Listing(
    model=Analysis,
    sorts={"created_at": Analysis.created_at, "parameter": Analysis.name},
    default_sort="created_at",
    search=(Analysis.name, Analysis.method),
    dated=Analysis.created_at,
    columns=(
        Column("Nomor Analisis", lambda analysis: analysis.sample.number),
        Column("Parameter", lambda analysis: analysis.name),
        Column("Metode", lambda analysis: analysis.method),
        Column("Target", lambda analysis: analysis.target_on),
        Column("Status", lambda analysis: ANALYSIS.label(analysis.status)),
    ),
)
REPORTS = Listing(
    model=Report,
    sorts={"created_at": Report.created_at},
    default_sort="-created_at",
    search=(Report.number,),
    filters={"order_id": Report.order_id},
    dated=Report.created_at,
    columns=(
        Column("Nomor Laporan", lambda report: report.number or "belum terbit"),
        Column("Nomor Analisis", lambda report: ", ".join(sample.number for sample in report.samples)),
        Column("Tanggal Terbit", lambda report: report.issued_on),
        Column("Status", lambda report: REPORT.label(report.status)),
    ),
)

ORDER_ROW = (
    selectinload(Order.samples).options(selectinload(Sample.parameters).joinedload(SampleParameter.parameter)),
    selectinload(Order.samples).selectinload(Sample.reports),
    selectinload(Order.samples).selectinload(Sample.analyses),
    selectinload(Order.samples).joinedload(Sample.standard).selectinload(Standard.parameters),
    selectinload(Order.reports).selectinload(Report.samples),
)
SAMPLE_ROW = (
    joinedload(Sample.order).selectinload(Order.reports).selectinload(Report.samples),
    joinedload(Sample.standard),
    selectinload(Sample.parameters),
    selectinload(Sample.reports),
    selectinload(Sample.analyses).selectinload(Analysis.results),
)
ANALYSIS_ROW = (
    joinedload(Analysis.sample).options(joinedload(Sample.order), selectinload(Sample.analyses)),
    selectinload(Analysis.results).selectinload(Result.verifications),
)
REPORT_ROW = (
    joinedload(Report.order).selectinload(Order.reports),
    selectinload(Report.samples).selectinload(Sample.analyses),
    joinedload(Report.replaces),
)


@bp.get("/orders")
@bp.arguments(OrderArgs, location="query")
@bp.response(200)
@signed_in
def list_orders(args: dict[str, Any]) -> Any:
    """Order pengujian"""
    query = sa.select(Order).where(orders.seen_by(g.principal)).options(*ORDER_ROW)
    query = worklists.narrow(query, Order, args["box"], g.principal)
    return ORDERS.answer(query, args, lambda rows: presenting.each(rows, presenting.order_row, g.principal))


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
    query = sa.select(Sample).where(samples.seen_by(g.principal)).options(*SAMPLE_ROW)
    query = worklists.narrow(query, Sample, args["box"], g.principal)
    return SAMPLES.answer(query, args, lambda rows: presenting.each(rows, presenting.sample_row, g.principal))


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
    return represent(presenting.sample_detail(samples.change(sample, **form), g.principal))


@bp.put("/samples/<uuid:sample_id>/parameters")
@bp.arguments(ParametersForm)
@bp.response(200)
@requires("customer", "customer_service")
@atomic
def choose_parameters(form: dict[str, Any], sample_id: uuid.UUID) -> Any:
    """Pilih parameter"""
    sample = samples.get(sample_id, g.principal)
    if_match(sample)
    return represent(presenting.sample_detail(samples.change(sample, **form), g.principal))


@bp.delete("/samples/<uuid:sample_id>")
@bp.response(204)
@requires("customer", "customer_service")
@atomic
def remove_sample(sample_id: uuid.UUID) -> Any:
    """Hapus sampel dari draf"""
    sample = samples.get(sample_id, g.principal)
    if_match(sample)
    samples.remove(sample)
    return "", 204


@bp.get("/analyses")
@bp.arguments(PartArgs, location="query")
@bp.response(200)
@requires("analyst", "supervisor", "lab_coordinator", "admin", "super_admin")
def list_analyses(args: dict[str, Any]) -> Any:
    """Parameter uji"""
    query = sa.select(Analysis).where(analyses.seen_by(g.principal)).options(*ANALYSIS_ROW)
    query = worklists.narrow(query, Analysis, args["box"], g.principal)
    if args["order_id"]:
        query = query.where(Analysis.sample_id.in_(sa.select(Sample.id).filter_by(order_id=args["order_id"])))
    return ANALYSES.answer(query, args, lambda rows: presenting.each(rows, presenting.analysis_detail, g.principal))


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


@bp.put("/analyses/<uuid:analysis_id>/counts")
@bp.arguments(Counts)
@bp.response(200)
@requires("analyst")
@atomic
def save_counts(form: dict[str, Any], analysis_id: uuid.UUID) -> Any:
    """Cek Organisme"""
    analysis = analyses.save_counts(analyses.get(analysis_id, g.principal), g.principal, **form)
    return represent(presenting.analysis_detail(analysis, g.principal))


@bp.get("/reports")
@bp.arguments(PartArgs, location="query")
@bp.response(200)
@signed_in
def list_reports(args: dict[str, Any]) -> Any:
    """Laporan hasil uji"""
    query = sa.select(Report).where(reports.seen_by(g.principal)).options(*REPORT_ROW)
    query = worklists.narrow(query, Report, args["box"], g.principal)
    return REPORTS.answer(query, args, lambda rows: presenting.each(rows, presenting.report_detail, g.principal))


@bp.get("/reports/<uuid:report_id>")
@bp.response(200)
@signed_in
def show_report(report_id: uuid.UUID) -> Any:
    """Satu laporan hasil uji"""
    return represent(presenting.report_detail(reports.get(report_id, g.principal), g.principal))


@bp.get("/standards")
@bp.arguments(StandardArgs, location="query")
@bp.response(200)
@public
def list_standards(args: dict[str, Any]) -> Any:
    """Peraturan dan standar yang berlaku"""
    standards = db.session.scalars(
        sa.select(Standard).order_by(Standard.code).options(selectinload(Standard.parameters))
    )
    day = people.today()
    return {"items": [_standard(found) for found in standards if args["all"] or found.is_current(day)]}


@bp.get("/standards/<uuid:standard_id>")
@bp.response(200)
@public
def show_standard(standard_id: uuid.UUID) -> Any:
    """Satu standar dengan parameter, batas, metode dan harga"""
    standard = db.session.get(Standard, standard_id)
    if standard is None:
        raise NotFound()
    return _standard(standard) | {"parameters": [presenting.catalogue_parameter(p) for p in standard.parameters]}


def _standard(standard: Standard) -> dict[str, Any]:
    return {
        "id": str(standard.id),
        "code": standard.code,
        "title": standard.title,
        "matrix": standard.matrix,
        "valid_from": standard.valid_from.isoformat() if standard.valid_from else None,
        "valid_to": standard.valid_to.isoformat() if standard.valid_to else None,
        "superseded_by": standard.superseded_by,
        "is_price_example": standard.is_price_example,
        "parameter_count": len(standard.parameters),
        "amount": sum(parameter.price_amount for parameter in standard.parameters if not parameter.is_blocked),
        "links": {"self": f"/api/v1/testing/standards/{standard.id}"},
    }


@bp.post("/parameters/<uuid:parameter_id>/block")
@bp.arguments(BlockForm)
@bp.response(200)
@requires(*CATALOGUE_ADMINS)
@atomic
def block_parameter(form: dict[str, Any], parameter_id: uuid.UUID) -> Any:
    """Blokir parameter dengan alasan"""
    return _set_block(parameter_id, form["note"])


@bp.post("/parameters/<uuid:parameter_id>/unblock")
@bp.response(200)
@requires(*CATALOGUE_ADMINS)
@atomic
def unblock_parameter(parameter_id: uuid.UUID) -> Any:
    """Buka blokir parameter"""
    return _set_block(parameter_id, "")


def _set_block(parameter_id: uuid.UUID, note: str) -> Any:
    parameter = db.session.get(Parameter, parameter_id, with_for_update=True)
    if parameter is None:
        raise NotFound()
    parameter.blocked_at, parameter.blocked_note = (now() if note else None), note
    record(parameter.id, "testing.parameter", parameter.id, "block" if note else "unblock", g.principal, note=note)
    return represent(presenting.catalogue_parameter(parameter))


@bp.get("/people")
@bp.arguments(PeopleArgs, location="query")
@bp.response(200)
@requires("lab_coordinator", "supervisor", "super_admin")
def list_people(args: dict[str, Any]) -> Any:
    """Pilihan penyelia atau analis yang sedang bertugas"""
    found = people.available(args["role"], args["group"] or None)
    return {"items": [{"value": str(person.id), "label": _person_label(person, args["role"])} for person in found]}


def _person_label(person: Any, role: str) -> str:
    groups = ", ".join(sorted(person.groups(role)))
    return f"{person.name} ({groups})" if groups else person.name


@bp.get("/customers")
@bp.response(200)
@requires("customer_service")
def list_customers() -> Any:
    """Pelanggan terverifikasi, untuk membuat order atas nama pelanggan"""
    customer = people.Customer
    rows = db.session.scalars(sa.select(customer).filter_by(status="verified").order_by(customer.name).limit(500))
    return {"items": [{"value": str(row.id), "label": row.name} for row in rows]}


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
