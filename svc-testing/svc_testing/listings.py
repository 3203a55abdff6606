"""What each list can be asked, its xlsx columns, and what is read with a page of it so that no row asks again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import g
from sqlalchemy.orm import joinedload, selectinload

from chassis.db import db
from chassis.lists import Column, Listing, Word
from chassis.workflow import Workflow
from svc_testing import presenting
from svc_testing.analyses.models import Analysis, Result
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import Standard
from svc_testing.orders import listed
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER
from svc_testing.people.rules import name_of
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE
from svc_testing.schemas import ORIGINS, PAYMENTS

YES = {"True": "ya"}


def labels_of(flow: Workflow) -> Callable[[str], str]:
    """`paid,numbered` in the words of the workflow."""
    return lambda codes: ", ".join(flow.label(code) for code in codes.split(",") if code in flow.states)


def standard_name(key: str) -> str:
    standard = db.session.get(Standard, uuid.UUID(key))
    return standard.code if standard else ""


def _sees_customer() -> bool:
    return bool(g.principal.has(*orders.SEES_CUSTOMER))


SAMPLE_WORDS = {
    "status": Word("Status", labels_of(SAMPLE)),
    "overdue": Word("Terlambat", YES),
    "supervisor_id": Word("Penyelia", name_of),
    "analyst_id": Word("Analis", name_of),
    "standard_id": Word("Peraturan", standard_name),
}

ORDERS = Listing(
    model=Order,
    heading="Order pengujian",
    sorts={"created_at": Order.created_at, "pre_number": Order.pre_number, "customer": Order.customer_name},
    default_sort="-created_at",
    search=(Order.pre_number, Order.number, Order.customer_name),
    filters={"customer_id": Order.customer_id},
    dated=Order.created_at,
    shows=listed.COLUMNS,
    made=listed.orders,
    words={
        **SAMPLE_WORDS,
        "status": Word("Status", labels_of(ORDER)),
        "stage": Word("Tahap", lambda step: presenting.STEPS[int(step) - 1]),
        "origin": Word("Asal contoh", ORIGINS),
        "payment": Word("Pembayaran", PAYMENTS),
    },
    columns=(
        Column("Pre Order", lambda order: order.pre_number, "pre_number"),
        Column("Nomor Order", lambda order: order.number or "belum terbit", "number"),
        Column(
            "Nomor Analisis", lambda order: ", ".join(s.number for s in order.samples if s.number), "sample_numbers"
        ),
        Column("Tanggal Order", lambda order: order.submitted_at or order.created_at, "ordered_on"),
        Column("Nama Pelanggan", lambda order: order.customer_name if _sees_customer() else "", "customer"),
        Column("Kontak", lambda order: order.contact_phone if _sees_customer() else "", "contact"),
        Column("Asal Contoh", lambda order: ORIGINS[order.origin], "origin"),
        Column("Jumlah Sampel", lambda order: len(order.samples), "sample_count"),
        Column("Pembayaran", lambda order: presenting.payment(order)["label"], "payment"),
        Column("Total", lambda order: order.total_amount, "total"),
        Column("Target", presenting.target_of, "target"),
        Column("Status", lambda order: ORDER.label(order.status), "status"),
        Column("Menunggu", lambda order: presenting.WAITS_FOR.get(order.status, ""), "waits_for"),
    ),
)
SAMPLES = Listing(
    model=Sample,
    heading="Data sampel",
    sorts={"created_at": Sample.created_at},
    default_sort="created_at",
    search=(Sample.number, Sample.sample_type, Sample.code_location),
    filters={"order_id": Sample.order_id},
    dated=Sample.created_at,
    words=SAMPLE_WORDS,
    columns=(
        Column("Nomor Analisis", lambda sample: sample.number or "belum terbit", "number"),
        Column("Nomor Order", lambda sample: sample.order.number or "belum terbit", "order"),
        Column("Jenis Contoh", lambda sample: sample.sample_type, "sample_type"),
        Column("Kode/lokasi", lambda sample: sample.code_location, "label"),
        Column("Peraturan", lambda sample: sample.standard_name, "standard"),
        Column("Keterangan", lambda sample: sample.remark, "remark"),
        Column("Penyelia", lambda sample: name_of(sample.supervisor_id), "supervisor"),
        Column("Diterima", lambda sample: sample.received_at, "received"),
        Column("Target", lambda sample: sample.target_on, "target"),
        Column("Status", lambda sample: SAMPLE.label(sample.status), "status"),
    ),
)
ANALYSES = Listing(
    model=Analysis,
    heading="Parameter uji",
    sorts={"created_at": Analysis.created_at, "parameter": Analysis.name},
    default_sort="created_at",
    search=(Analysis.name, Analysis.method),
    dated=Analysis.created_at,
    words={**SAMPLE_WORDS, "status": Word("Status", labels_of(ANALYSIS))},
    columns=(
        Column("Nomor Analisis", lambda analysis: analysis.sample.number, "number"),
        Column("Parameter", lambda analysis: analysis.name, "parameter"),
        Column("Jenis Contoh", lambda analysis: analysis.sample.sample_type, "sample_type"),
        Column("Metode Uji", lambda analysis: analysis.method, "method"),
        Column("Satuan", lambda analysis: analysis.unit, "unit"),
        Column("Analis", lambda analysis: name_of(analysis.analyst_id), "analyst"),
        Column("Target", lambda analysis: analysis.target_on, "target"),
        Column("Hasil Uji", lambda analysis: analysis.result.display if analysis.result else "", "result"),
        Column("Status", lambda analysis: ANALYSIS.label(analysis.status), "status"),
    ),
)
REPORTS = Listing(
    model=Report,
    heading="Laporan hasil uji",
    sorts={"created_at": Report.created_at},
    default_sort="-created_at",
    search=(Report.number,),
    filters={"order_id": Report.order_id},
    dated=Report.created_at,
    words={"status": Word("Status", labels_of(REPORT))},
    columns=(
        Column("Nomor Laporan", lambda report: report.number or "belum terbit", "number"),
        Column(
            "Nomor Analisis", lambda report: ", ".join(sample.number for sample in report.samples), "sample_numbers"
        ),
        Column("Nomor Order", lambda report: report.order.number or "belum terbit", "order"),
        Column("Nama Pelanggan", lambda report: report.order.customer_name if _sees_customer() else "", "customer"),
        Column("Tanggal Terbit", lambda report: report.issued_on, "issued_on"),
        Column("Dikirim", lambda report: report.sent_at, "sent"),
        Column("Status", lambda report: REPORT.label(report.status), "status"),
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
