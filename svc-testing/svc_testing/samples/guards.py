"""What must hold before an act on a sample."""

from __future__ import annotations

from chassis.workflow import Act
from svc_testing.people import rules as people
from svc_testing.samples.models import Sample
from svc_testing.samples.workflow import SAMPLE

TYPING = ("typed", "approved", "issued", "sent", "collected")


@SAMPLE.guard("order_is_submitted")
def order_is_submitted(act: Act) -> str | None:
    is_open = act.thing.order.status not in ("drafted", "discarded", "cancelled")
    return None if is_open else "Order belum dikirim ke CS."


@SAMPLE.guard("is_cleared")
def is_cleared(act: Act) -> str | None:
    order = act.thing.order
    return None if order.is_cleared and order.status != "cancelled" else "Order belum lunas."


@SAMPLE.guard("agreement_if_noted", field="customer_agreement")
def agreement_if_noted(act: Act) -> str | None:
    needs = act.form["conclusion"] == "diterima_dengan_catatan" and not act.form["customer_agreement"]
    return "Isi persetujuan pelanggan atas catatan." if needs else None


@SAMPLE.guard("may_proceed")
def may_proceed(act: Act) -> str | None:
    return None if act.thing.may_proceed else "Sampel ini tidak dapat diuji; kirim pengganti atau batalkan."


@SAMPLE.guard("supervisor_available", field="supervisor")
def supervisor_available(act: Act) -> str | None:
    return people.unavailable(act.form["supervisor"], "supervisor")


@SAMPLE.guard("no_results")
def no_results(act: Act) -> str | None:
    return "Sudah ada hasil uji." if any(analysis.results for analysis in act.thing.analyses) else None


@SAMPLE.guard("my_sample", person=True)
def my_sample(act: Act) -> str | None:
    if act.principal.has("lab_coordinator") or people.is_me(act.principal, act.thing.supervisor_id):
        return None
    return f"Sampel ini ditugaskan kepada {people.name_of(act.thing.supervisor_id)}."


def _unassigned(sample: Sample) -> bool:
    return any(analysis.status == "ordered" for analysis in sample.live_analyses)


@SAMPLE.guard("all_analyses_assigned")
def all_analyses_assigned(act: Act) -> str | None:
    is_all = act.thing.live_analyses and not _unassigned(act.thing)
    return None if is_all else "Belum semua parameter ditugaskan."


@SAMPLE.guard("has_unassigned_analysis")
def has_unassigned_analysis(act: Act) -> str | None:
    return None if _unassigned(act.thing) else "Semua parameter sudah ditugaskan."


def _all_verified(sample: Sample) -> bool:
    return bool(sample.live_analyses) and all(analysis.status == "verified" for analysis in sample.live_analyses)


@SAMPLE.guard("all_analyses_verified")
def all_analyses_verified(act: Act) -> str | None:
    return None if _all_verified(act.thing) else "Belum semua parameter terverifikasi."


@SAMPLE.guard("has_unverified_analysis")
def has_unverified_analysis(act: Act) -> str | None:
    return "Semua parameter terverifikasi." if _all_verified(act.thing) else None


@SAMPLE.guard("not_released")
def not_released(act: Act) -> str | None:
    is_out = act.thing.released_at is not None
    return "Hasil sampel ini sudah diserahkan; gunakan Hentikan Uji Ulang." if is_out else None


@SAMPLE.guard("was_released")
def was_released(act: Act) -> str | None:
    return None if act.thing.released_at else "Sampel ini belum pernah dilaporkan."


@SAMPLE.guard("report_not_typed")
def report_not_typed(act: Act) -> str | None:
    report = act.thing.report
    is_typed = report is not None and report.status in TYPING
    return "Laporan sedang diverifikasi; tarik kembali lebih dahulu." if is_typed else None


@SAMPLE.guard("within_scope", field="accredited")
def within_scope(act: Act) -> str | None:
    return outside_scope([act.thing]) if act.form["accredited"] else None


def outside_scope(samples: list[Sample]) -> str | None:
    """The flag may never say more than the parameters' own scope: at least one has to be in it."""
    analyses = [analysis for sample in samples for analysis in sample.live_analyses]
    if any(analysis.is_accredited for analysis in analyses):
        return None
    names = ", ".join(analysis.name for analysis in analyses[:3])
    return f"Parameter {names} di luar lingkup akreditasi."
