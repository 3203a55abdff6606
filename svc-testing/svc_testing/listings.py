"""What each list can be asked, its xlsx columns, and what is read with a page of it so that no row asks again."""

from __future__ import annotations

from flask import g
from sqlalchemy.orm import joinedload, selectinload

from chassis.lists import Column, Listing
from svc_testing.analyses.models import Analysis, Result
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import Standard
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE

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
