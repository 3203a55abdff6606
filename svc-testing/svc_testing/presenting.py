"""Representations of things with a life, made for one principal: only what this person may see and do now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from chassis.auth import Principal, file_link, grant
from chassis.workflow import Workflow
from svc_testing.analyses import counts
from svc_testing.analyses import rules as analyses
from svc_testing.analyses.models import Analysis, Result
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.catalogue.models import Parameter
from svc_testing.orders import standings
from svc_testing.orders.models import Order
from svc_testing.orders.rules import SEES_CUSTOMER
from svc_testing.orders.workflow import ORDER
from svc_testing.people.rules import name_of
from svc_testing.reports import rules as reports
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE

STEPS = (
    "Draf",
    "Pemeriksaan",
    "Pembayaran",
    "Penerimaan Sampel",
    "Pengujian",
    "Verifikasi",
    "Penerbitan",
    "Selesai",
)
LABORATORY = ("lab_coordinator", "supervisor", "analyst", "report_typist", "admin", "super_admin")
SEES_RESULTS = LABORATORY
API = "/api/v1/testing"


def _when(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None


def _life(flow: Workflow, thing: Any, principal: Principal, *, actions: bool) -> dict[str, Any]:
    state = flow.states[thing.status]
    return {
        "id": str(thing.id),
        "version": thing.version,
        "status": {
            "code": state.code,
            "label": state.label,
            "tone": state.tone,
            "public_step": state.step,
            "public_label": STEPS[state.step - 1] if state.step else state.label,
        },
        "status_since": _when(thing.status_since),
        "actions": flow.actions(thing, principal) if actions else [],
    }


def _person(person: Any) -> dict[str, str] | None:
    return {"id": str(person), "name": name_of(person)} if person else None


def payment(order: Order) -> dict[str, str]:
    if order.paid_at:
        return {"code": "paid", "label": "LUNAS"}
    if order.payment_terms:
        return {"code": order.payment_terms, "label": "TANPA BIAYA" if order.payment_terms == "free" else "KONTRAK"}
    if order.status == "expired":
        return {"code": "expired", "label": "EBILLING KEDALUWARSA"}
    return {"code": "unpaid", "label": "BELUM LUNAS"}


def target_of(order: Any) -> date | None:
    """When the last sample is to be done."""
    return max((sample.target_on for sample in order.samples if sample.target_on), default=None)


WAITS_FOR = {
    "drafted": "Pelanggan",
    "submitted": "Customer Service",
    "invoiced": "Bendahara",
    "billed": "Pelanggan",
    "expired": "Pelanggan",
    "paid": "Customer Service",
    "numbered": "Customer Service",
    "distributed": "PJ Lab",
    "assigned": "Penyelia",
    "started": "Analis dan Penyelia",
    "finished": "PJ Lab",
    "checked": "Pengetik",
    "typed": "PJ Lab",
    "approved": "Sistem",
    "issued": "Customer Service",
    "awaited": "Pelanggan",
    "sent": "Customer Service",
}


def order_row(order: Order, principal: Principal, *, actions: bool = True) -> dict[str, Any]:
    """An order as lists show it."""
    sees_customer = principal.has(*SEES_CUSTOMER)
    current = [report for report in order.reports if report.is_open and report.status != "proposed"]
    return {
        **_life(ORDER, order, principal, actions=actions),
        "number": order.number,
        "pre_number": order.pre_number,
        "origin": {"code": order.origin, "label": "Bawa Sendiri" if order.origin == "bring_in" else "Sampling"},
        "customer": {"id": str(order.customer_id), "name": order.customer_name} if sees_customer else None,
        "contact_phone": order.contact_phone if sees_customer else None,
        "payment": payment(order),
        "next_actor": WAITS_FOR.get(order.status),
        "sample_numbers": [sample.number for sample in order.samples if sample.number],
        "sample_count": len(order.samples),
        "totals": {"amount": order.total_amount},
        "progress": {
            "sent": sum(report.sent_at is not None for report in current),
            "total": max(len(current), 1 if order.number else 0),
        },
        "target_on": _when(target_of(order)),
        "created_at": _when(order.created_at),
        "submitted_at": _when(order.submitted_at),
        "links": {"self": f"{API}/orders/{order.id}", "history": f"{API}/orders/{order.id}/history"},
    }


def order_detail(order: Order, principal: Principal) -> dict[str, Any]:
    """An order with its samples and reports."""
    sees_customer = principal.has(*SEES_CUSTOMER)
    shown = order_row(order, principal)
    shown["links"] |= {"invoice": f"/api/v1/billing/invoices?order_id={order.id}"} if sees_customer else {}
    if order.parent_id:
        shown["links"]["parent"] = f"{API}/orders/{order.parent_id}"
    return shown | {
        "report_name": order.report_name if sees_customer else None,
        "report_address": order.report_address if sees_customer else None,
        "contact": order.contact if sees_customer else None,
        "remark": order.remark,
        "standing": standings.in_full(order, shown["payment"]["code"]) if principal.has("customer") else None,
        "invoice_id": str(order.invoice_id) if order.invoice_id and sees_customer else None,
        "expires_at": _when(order.expires_at),
        "next_due": _when(order.expires_at)
        if order.status == "billed"
        else shown["target_on"]
        if order.number
        else None,
        "paid_at": _when(order.paid_at),
        "numbered_at": _when(order.numbered_at),
        "distributed_at": _when(order.distributed_at),
        "cancellation_requested_at": _when(order.cancellation_requested_at),
        "samples": [sample_detail(sample, principal) for sample in order.samples if _is_mine(sample, principal)],
        "reports": [report_row(report, principal) for report in order.reports if reports.is_seen(report, principal)],
    }


def _is_mine(sample: Sample, principal: Principal) -> bool:
    """An analyst's order page shows the samples with own parameters; others see all."""
    if principal.has(*SEES_CUSTOMER, "lab_coordinator", "supervisor", "super_admin"):
        return True
    return any(str(analysis.analyst_id) == principal.id for analysis in sample.analyses)


def sample_row(sample: Sample, principal: Principal, *, actions: bool = True) -> dict[str, Any]:
    report = sample.report
    return {
        **_life(SAMPLE, sample, principal, actions=actions),
        "order_id": str(sample.order_id),
        "order_number": sample.order.number,
        "pre_number": sample.order.pre_number,
        "number": sample.number,
        "label": sample.code_location,
        "code_location": sample.code_location,
        "sample_type": sample.sample_type,
        "position": sample.position,
        "standard": {"id": str(sample.standard_id), "name": sample.standard_name or sample.standard.code},
        "remark": sample.remark,
        "note": sample.note,
        "supervisor": _person(sample.supervisor_id),
        "report_id": str(report.id) if report else None,
        "report_number": report.number if report and principal.has(*LABORATORY, "customer_service") else None,
        "ordered_at": _when(sample.order.submitted_at),
        "received_at": _when(sample.received_at),
        "distributed_at": _when(sample.distributed_at),
        "target_on": _when(sample.target_on),
        "amount": sample.amount,
        "links": {"self": f"{API}/samples/{sample.id}", "history": f"{API}/samples/{sample.id}/history"},
    }


def sample_detail(sample: Sample, principal: Principal) -> dict[str, Any]:
    analyses = [analysis for analysis in sample.analyses if _sees_analysis(analysis, principal)]
    shown = sample_row(sample, principal)
    if sample.photo_file_id:
        shown["links"]["photo"] = file_link(sample.photo_file_id, sample.photo_by)
    return shown | {
        "condition": sample.condition,
        "storage": sample.storage,
        "checklist": sample.checklist or [],
        "conclusion": sample.conclusion,
        "customer_agreement": sample.customer_agreement,
        "refusal_reason": sample.refusal_reason,
        "may_proceed": sample.may_proceed,
        "expected_on": _when(sample.expected_on),
        "query": sample.query_reason,
        "answer": sample.answer,
        "is_accredited": sample.is_accredited,
        "parameters": [chosen_parameter(chosen) for chosen in sample.parameters],
        "analyses": [analysis_row(analysis, principal) for analysis in analyses],
    }


def _sees_analysis(analysis: Analysis, principal: Principal) -> bool:
    if principal.has(
        "lab_coordinator", "supervisor", "report_typist", "customer_service", "customer", "super_admin", "admin"
    ):
        return True
    return str(analysis.analyst_id) == principal.id


def chosen_parameter(chosen: SampleParameter) -> dict[str, Any]:
    return {"id": str(chosen.parameter_id), **_described(chosen), "is_blocked": chosen.parameter.is_blocked}


def catalogue_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "id": str(parameter.id),
        **_described(parameter),
        "is_blocked": parameter.is_blocked,
        "blocked_note": parameter.blocked_note,
    }


def _described(source: Any) -> dict[str, Any]:
    return {
        "parameter": source.name,
        "unit": source.unit,
        "method": source.method,
        "limit_text": source.limit_text,
        "limit_basis": source.limit_basis,
        "limit_note": source.limit_note,
        "price_amount": source.price_amount,
        "accredited": source.is_accredited,
        "lead_days": source.lead_days,
    }


def analysis_row(analysis: Analysis, principal: Principal) -> dict[str, Any]:
    sees_results = principal.has(*SEES_RESULTS)
    is_mine = str(analysis.analyst_id) == principal.id
    return {
        **_life(ANALYSIS, analysis, principal, actions=True),
        "sample_id": str(analysis.sample_id),
        **_described(analysis),
        "lab_group": analysis.lab_group,
        "analyst": _person(analysis.analyst_id) if sees_results else None,
        "supervisor": _person(analysis.responsible_id) if sees_results else None,
        "target_on": _when(analysis.target_on),
        "required_verifiers": analysis.required_verifiers,
        "is_biota": analysis.is_biota,
        "counts": counts.in_short(analysis) if sees_results else None,
        "repeat_of": str(analysis.repeat_of_id) if analysis.repeat_of_id else None,
        "workload": format(analysis.workload, "f") if analysis.workload is not None else None,
        "draft_result": {
            "result": analysis.draft_result,
            "operand": analysis.draft_operand,
            "saved_at": _when(analysis.draft_saved_at),
            "preview": analyses.look_ahead(analysis),
        }
        if is_mine
        else None,
        "result": _result(analysis.result) if analysis.result and sees_results else None,
        "earlier_results": [_result(r) for r in analysis.results if r.retracted_at] if sees_results else [],
        "links": _analysis_links(analysis, sees_results=sees_results),
    }


def _analysis_links(analysis: Analysis, *, sees_results: bool) -> dict[str, str]:
    links = {"self": f"{API}/analyses/{analysis.id}", "draft": f"{API}/analyses/{analysis.id}/draft"}
    return links | ({"counts": f"{API}/analyses/{analysis.id}/counts"} if analysis.is_biota and sees_results else {})


def analysis_detail(analysis: Analysis, principal: Principal) -> dict[str, Any]:
    sample = analysis.sample
    return analysis_row(analysis, principal) | {
        "sample": {
            "id": str(sample.id),
            "number": sample.number,
            "sample_type": sample.sample_type,
            "standard": sample.standard_name,
            "order_id": str(sample.order_id),
        }
    }


def count_sheet(analysis: Analysis, principal: Principal) -> dict[str, Any]:
    """Cek Organisme: the sheet, what is made of it, and its form for who may fill it in."""
    kind, sheet = counts.kind_of(analysis), analysis.counts
    refusal = analyses.refuse_counts(analysis, principal)
    sample = analysis.sample
    return {
        **_life(ANALYSIS, analysis, principal, actions=True),
        "parameter": analysis.name,
        "unit": analysis.unit,
        "sample": {"id": str(sample.id), "number": sample.number, "sample_type": sample.sample_type},
        "analyst": _person(analysis.analyst_id),
        "kind": {"code": kind.code, "label": kind.label, "amount": kind.amount, "unit": kind.unit},
        "sheet": sheet,
        "saved": {"by": _person(sheet["saved_by"]), "at": sheet["saved_at"]} if sheet else None,
        "figures": counts.figures(sheet) if sheet else None,
        "offered": counts.offered(analysis),
        "shared_with": [other.name for other in analyses.with_same_counts(analysis)] if not refusal else [],
        "fields": [] if refusal else [field.describe(analysis) for field in kind.fields],
        "refusal": refusal.detail if refusal else "",
        "taxa": counts.offered_taxa(kind),
        "links": {"self": f"{API}/analyses/{analysis.id}/counts", "sample": f"{API}/samples/{sample.id}"},
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "n": result.n,
        "text": result.typed,
        "display": result.display,
        "kind": result.kind,
        "operand": result.operand,
        "passes": result.passes,
        "tested_on": _when(result.tested_on),
        "note": result.note,
        "entered_by": _person(result.entered_by),
        "entered_at": _when(result.entered_at),
        "retracted_at": _when(result.retracted_at),
        "verifications": [
            {"by": {"id": seen.verifier_id, "name": seen.verifier_name}, "at": _when(seen.at)}
            for seen in result.verifications
        ],
    }


def report_row(report: Report, principal: Principal) -> dict[str, Any]:
    is_staff = principal.has(*LABORATORY, "customer_service", "head_of_office")
    links: dict[str, str] = {"self": f"{API}/reports/{report.id}", "history": f"{API}/reports/{report.id}/history"}
    if report.file_id and (is_staff or report.sent_at):
        links["document"] = file_link(report.file_id, "svc-testing")
    elif is_staff and report.status in ("drafted", "numbered", "typed"):
        links["draft"] = f"/api/v1/documents/drafts/test-reports/{report.id}?grant={grant(report.id, 'svc-testing')}"
    if report.code and report.file_id and report.sent_at:  # strangers are told of it from then on
        links["verification"] = f"/verifikasi/{report.code}"
    if report.replaces_id:
        links["replaces"] = f"{API}/reports/{report.replaces_id}"
    return {
        **_life(REPORT, report, principal, actions=True),
        "order_id": str(report.order_id),
        "number": report.number,
        "version_no": report.version_no,
        "samples": [
            {
                "id": str(sample.id),
                "number": sample.number,
                "sample_type": sample.sample_type,
                "label": sample.code_location,
            }
            for sample in report.samples
        ],
        "is_accredited": report.is_accredited,
        "typed_by": _person(report.typed_by) if is_staff else None,
        "approved_by": report.approved_by_name or None,
        "issued_on": _when(report.issued_on),
        "sent_at": _when(report.sent_at),
        "print_count": report.print_count,
        "render_error": report.render_error if is_staff else "",
        "amendment": {"reason": report.amendment_reason, "change": report.amendment_change}
        if report.is_amendment
        else None,
        "sha256": report.sha256,
        "links": links,
    }


def report_detail(report: Report, principal: Principal) -> dict[str, Any]:
    order = report.order
    sees_customer = principal.has(*SEES_CUSTOMER)
    return report_row(report, principal) | {
        "order": {
            "id": str(order.id),
            "number": order.number,
            "pre_number": order.pre_number,
            "customer": {"id": str(order.customer_id), "name": order.customer_name} if sees_customer else None,
            "origin": order.origin,
        },
    }


def each(rows: Iterable[Any], dump: Any, principal: Principal) -> list[dict[str, Any]]:
    return [dump(row, principal) for row in rows]
