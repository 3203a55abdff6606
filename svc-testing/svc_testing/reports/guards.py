"""What must hold before an act on a report."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from chassis.workflow import Act
from svc_testing.catalogue.settings import setting
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.guards import outside_scope

BEFORE_SENT = ("proposed", "drafted", "numbered", "reopened", "typed", "approved", "issued")


@REPORT.guard("all_samples_checked")
def all_samples_checked(act: Act) -> str | None:
    busy = next((s for s in act.thing.samples if s.status not in ("checked", "reported", "withdrawn")), None)
    return f"Sampel {busy.number} masih di laboratorium." if busy else None


@REPORT.guard("is_first_version")
def is_first_version(act: Act) -> str | None:
    return "Ini amandemen; gunakan Terbitkan Nomor Amandemen." if act.thing.is_amendment else None


@REPORT.guard("is_amendment")
def is_amendment(act: Act) -> str | None:
    return None if act.thing.is_amendment else "Ini bukan amandemen."


@REPORT.guard("direct_release_on")
def direct_release_on(act: Act) -> str | None:
    return None if setting("report_needs_lab_approval") == "no" else "Laporan harus disetujui PJ Lab."


@REPORT.guard("has_no_number")
def has_no_number(act: Act) -> str | None:
    return "Nomor sudah terbit." if act.thing.number else None


@REPORT.guard("has_number")
def has_number(act: Act) -> str | None:
    return None if act.thing.number else "Nomor belum terbit."


@REPORT.guard("not_typist", person=True)
def not_typist(act: Act) -> str | None:
    return "Pengetik laporan tidak boleh menyetujui." if act.thing.typed_by == act.principal.id else None


@REPORT.guard("render_failed_or_late")
def render_failed_or_late(act: Act) -> str | None:
    report = act.thing
    late = timedelta(minutes=current_app.config["RENDER_LATE_MINUTES"])
    is_late = report.render_requested_at is not None and act.now - report.render_requested_at >= late
    return None if report.render_error or is_late else "PDF sedang dibuat."


@REPORT.guard("is_current_render")
def is_current_render(act: Act) -> str | None:
    return None if str(act.form.get("render_id")) == str(act.thing.render_id) else "PDF ini sudah diganti."


@REPORT.guard("no_signature_needed")
def no_signature_needed(act: Act) -> str | None:
    return None if setting("report_signature") in ("none", "lab") else "Menunggu tanda tangan."


@REPORT.guard("payment_allows_release")
def payment_allows_release(act: Act) -> str | None:
    order = act.thing.order
    is_free = order.payment_terms == "free"
    is_contract = order.payment_terms == "contract" and setting("release_on_contract") == "yes"
    return None if order.paid_at or is_free or is_contract else "Tagihan belum lunas."


@REPORT.guard("no_open_amendment")
def no_open_amendment(act: Act) -> str | None:
    successors = [other for other in act.thing.order.reports if other.replaces_id == act.thing.id]
    is_open = any(other.status in BEFORE_SENT for other in successors)
    return "Amandemen untuk laporan ini sedang diproses." if is_open else None


@REPORT.guard("has_no_samples_left")
def has_no_samples_left(act: Act) -> str | None:
    return "Masih ada sampel." if any(sample.status != "withdrawn" for sample in act.thing.samples) else None


@REPORT.guard("within_scope", field="accredited")
def within_scope(act: Act) -> str | None:
    return outside_scope(act.thing.samples) if act.form["accredited"] else None
