"""What a test report says (ISO/IEC 17025:2017, 7.8.2 and 7.8.3), frozen when it is approved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from svc_testing.analyses import counts
from svc_testing.analyses.models import Analysis
from svc_testing.catalogue.settings import settings
from svc_testing.people import rules as people
from svc_testing.people.models import Office
from svc_testing.reports.models import Report
from svc_testing.samples.models import Sample

CONFORMITY = {True: "conforms", False: "fails", None: None}


def build(report: Report, *, is_draft: bool) -> dict[str, Any]:
    """The printable content in the shape of `contracts/calls/testing.report_content.json`."""
    order, switches, office = report.order, settings(), people.office()
    samples = [sample for sample in report.samples if sample.status != "withdrawn"]
    customer = people.customer(order.customer_id)
    return {
        "render_id": str(report.render_id) if report.render_id else None,
        "report_id": str(report.id),
        "order_id": str(order.id),
        "is_draft": is_draft,
        "number": report.number or "belum terbit",
        "title": "LAPORAN HASIL UJI",
        "issued_on": (report.issued_on or people.today()).isoformat(),
        "issued_place": office.city if office else switches["issued_place"],
        "order_number": order.number,
        "performed_at": _place(office) if office else switches["performed_at"],
        "sampled_by": "customer" if order.origin == "bring_in" else "laboratory",
        "customer": {
            "name": order.report_name,
            "address": order.report_address,
            "contact": order.contact,
            "phone": order.contact_phone,
            "email": customer.email if customer else "",
        },
        "accreditation": {
            "is_marked": report.is_accredited,
            "number": office.accreditation_number if office else switches["accreditation_number"],
        },
        "samples": [_sample(sample) for sample in samples],
        "decision_rule": switches["decision_rule"],
        "notes": [note for note in (switches["retention_note"],) if note],
        "authoriser": {
            "name": report.approved_by_name or "(belum disetujui)",
            "position": switches["authoriser_position"],
            "nip": None,
        },
        "replaces": _replaced(report),
    }


def _place(office: Office) -> str:
    return ", ".join(part for part in (f"Laboratorium {office.name}", office.address, office.city) if part)


def _replaced(report: Report) -> dict[str, Any] | None:
    if report.replaces is None:
        return None
    return {
        "number": report.replaces.number,
        "issued_on": report.replaces.issued_on.isoformat() if report.replaces.issued_on else None,
        "reason": report.amendment_reason,
        "changes": [report.amendment_change],
    }


def _sample(sample: Sample) -> dict[str, Any]:
    analyses = [analysis for analysis in sample.live_analyses if analysis.result]
    days = sorted(analysis.result.tested_on for analysis in analyses if analysis.result)
    return {
        "analysis_number": sample.number,
        "kind": sample.sample_type,
        "code": sample.code_location,
        "location": None,
        "regulation": sample.standard_name,
        "description": sample.remark or None,
        "condition": sample.condition or None,
        "received_on": _day(sample.received_at),
        "sampled_on": None,
        "sampling_plan": None,
        "tested_from": days[0].isoformat() if days else None,
        "tested_until": days[-1].isoformat() if days else None,
        "supplied_by_customer": ["Jenis contoh", "Kode/lokasi", "Keterangan contoh"],
        "environment": None,
        "results": [_result(analysis) for analysis in analyses],
        "organisms": counts.annex(analyses),
        "conformity_statement": _statement(sample, analyses),
        "deviations": [sample.customer_agreement] if sample.conclusion == "diterima_dengan_catatan" else [],
        "notes": [sample.note] if sample.note else [],
    }


def _result(analysis: Analysis) -> dict[str, Any]:
    result = analysis.result
    assert result is not None
    return {
        "parameter": analysis.name,
        "unit": analysis.unit,
        "result": result.display,
        "limit": _limit(analysis) or None,
        "method": analysis.method,
        "is_accredited": analysis.is_accredited,
        "conformity": CONFORMITY[result.passes],
        "uncertainty": None,
        "note": "; ".join(note for note in (analysis.limit_note, result.note) if note) or None,
        "external_provider": None,
    }


def _limit(analysis: Analysis) -> str:
    basis = analysis.limit_basis
    is_said = not basis or f"({basis})" in analysis.name
    return analysis.limit_text if is_said or not analysis.limit_text else f"{analysis.limit_text} ({basis})"


def _statement(sample: Sample, analyses: list[Analysis]) -> str | None:
    """Names what fails; says nothing where nothing has a limit or a result can't be judged."""
    judged = [analysis for analysis in analyses if analysis.limit_kind != "none"]
    failing = [a.name for a in judged if a.result is not None and a.result.passes is False]
    name = sample.standard.code
    if failing:
        return f"Contoh TIDAK MEMENUHI persyaratan {name} untuk parameter: {', '.join(failing)}."
    if judged and all(a.result is not None and a.result.passes for a in judged):
        return f"Contoh MEMENUHI persyaratan {name} untuk parameter yang diuji."
    return None


def _day(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    day: date = moment.astimezone(ZoneInfo(current_app.config["OFFICE_TIMEZONE"])).date()
    return day.isoformat()
