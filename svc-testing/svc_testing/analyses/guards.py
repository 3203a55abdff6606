"""What must hold before an act on an analysis."""

from __future__ import annotations

from chassis.workflow import Act
from svc_testing.analyses.models import Analysis, Verification
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.people import rules as people

OPEN = ("assigned", "started", "verified")


@ANALYSIS.guard("my_sample", person=True)
def my_sample(act: Act) -> str | None:
    responsible = act.thing.responsible_id
    if act.principal.has("lab_coordinator") or people.is_me(act.principal, responsible):
        return None
    return f"Sampel ini ditugaskan kepada {people.name_of(responsible)}."


@ANALYSIS.guard("my_analysis", person=True)
def my_analysis(act: Act) -> str | None:
    analyst = act.thing.analyst_id
    return None if str(analyst) == act.principal.id else f"Parameter ini ditugaskan kepada {people.name_of(analyst)}."


@ANALYSIS.guard("sample_is_open")
def sample_is_open(act: Act) -> str | None:
    return None if act.thing.sample.status in OPEN else "Sampel tidak sedang diuji."


@ANALYSIS.guard("analyst_available", field="analyst")
def analyst_available(act: Act) -> str | None:
    return people.unavailable(act.form["analyst"], "analyst", act.thing.lab_group)


@ANALYSIS.guard("supervisor_available", field="supervisor")
def supervisor_available(act: Act) -> str | None:
    return people.unavailable(act.form["supervisor"], "supervisor")


@ANALYSIS.guard("has_counts_if_biota")
def has_counts_if_biota(act: Act) -> str | None:
    return "Isi Cek Organisme lebih dahulu." if act.thing.is_biota and not act.thing.counts else None


def _verifications(analysis: Analysis) -> list[Verification]:
    return analysis.result.verifications if analysis.result else []


@ANALYSIS.guard("no_verifier_yet")
def no_verifier_yet(act: Act) -> str | None:
    return "Hasil sudah mulai diverifikasi." if _verifications(act.thing) else None


@ANALYSIS.guard("not_own_result", person=True)
def not_own_result(act: Act) -> str | None:
    is_own = any(result.entered_by == act.principal.id for result in act.thing.results)
    return "Pengisi hasil tidak boleh memverifikasi." if is_own else None


@ANALYSIS.guard("not_already_verifier", person=True)
def not_already_verifier(act: Act) -> str | None:
    has_looked = any(seen.verifier_id == act.principal.id for seen in _verifications(act.thing))
    return "Anda sudah memverifikasi hasil ini." if has_looked else None


def _verifiers_after_mine(analysis: Analysis) -> int:
    return len(_verifications(analysis)) + 1


@ANALYSIS.guard("quorum_open")
def quorum_open(act: Act) -> str | None:
    is_open = _verifiers_after_mine(act.thing) < act.thing.required_verifiers
    return None if is_open else "Verifikasi Anda adalah yang terakhir."


@ANALYSIS.guard("quorum_completed")
def quorum_completed(act: Act) -> str | None:
    is_last = _verifiers_after_mine(act.thing) >= act.thing.required_verifiers
    return None if is_last else "Masih diperlukan verifikasi orang lain."


@ANALYSIS.guard("not_last_parameter")
def not_last_parameter(act: Act) -> str | None:
    is_last = len(act.thing.sample.live_analyses) <= 1
    return "Parameter terakhir; gunakan Batalkan Sampel." if is_last else None


@ANALYSIS.guard("not_released")
def not_released(act: Act) -> str | None:
    is_out = act.thing.sample.released_at is not None
    return "Hasil sampel ini sudah diserahkan; gunakan Hentikan Uji Ulang." if is_out else None
