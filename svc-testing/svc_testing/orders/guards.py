"""What must hold before an act on an order; each refusal is what the person reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import current_app

from chassis.workflow import Act
from svc_testing.orders import stages
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import LAB, ORDER
from svc_testing.people.rules import today


@ORDER.guard("has_samples")
def has_samples(act: Act) -> str | None:
    return None if act.thing.samples else "Order belum mempunyai sampel."


@ORDER.guard("each_sample_has_parameter")
def each_sample_has_parameter(act: Act) -> str | None:
    bare = next((sample for sample in act.thing.samples if not sample.parameters), None)
    return f"Sampel {bare.code_location} belum mempunyai parameter." if bare else None


@ORDER.guard("no_blocked_parameter")
def no_blocked_parameter(act: Act) -> str | None:
    chosen = (chosen.parameter for sample in act.thing.samples for chosen in sample.parameters)
    blocked = next((parameter for parameter in chosen if parameter.is_blocked), None)
    return f"Parameter {blocked.name} sedang diblokir: {blocked.blocked_note}." if blocked else None


@ORDER.guard("standards_current")
def standards_current(act: Act) -> str | None:
    day = today()
    old = next((sample.standard for sample in act.thing.samples if not sample.standard.is_current(day)), None)
    return f"Standar {old.code} sudah digantikan; pilih edisi yang berlaku." if old else None


@ORDER.guard("is_bring_in")
def is_bring_in(act: Act) -> str | None:
    return None if act.thing.origin == "bring_in" else "Sampling diajukan lewat permintaan penawaran."


@ORDER.guard("never_submitted")
def never_submitted(act: Act) -> str | None:
    return "Order pernah dikirim; gunakan Batalkan Order." if act.thing.submitted_at else None


@ORDER.guard("was_submitted")
def was_submitted(act: Act) -> str | None:
    return None if act.thing.submitted_at else "Order belum pernah dikirim; gunakan Hapus."


@ORDER.guard("untouched_90_days")
def untouched_90_days(act: Act) -> str | None:
    stale = timedelta(days=current_app.config["STALE_DRAFT_DAYS"])
    return None if act.now - act.thing.touched_at >= stale else "Draf masih baru."


@ORDER.guard("is_current_invoice")
def is_current_invoice(act: Act) -> str | None:
    return None if act.form.get("revision") == act.thing.invoice_revision else "Tagihan sudah diganti."


@ORDER.guard("not_yet_paid")
def not_yet_paid(act: Act) -> str | None:
    is_current = act.form.get("revision") == act.thing.invoice_revision
    return None if is_current and act.thing.paid_at is None else "Pembayaran sudah dicatat."


@ORDER.guard("is_unpaid")
def is_unpaid(act: Act) -> str | None:
    return "Order sudah lunas; ajukan pembatalan dengan pengembalian." if act.thing.is_cleared else None


@ORDER.guard("expired_30_days")
def expired_30_days(act: Act) -> str | None:
    days = current_app.config["LAPSE_DAYS"]
    since = act.thing.expires_at
    is_due = days and since and act.now - since >= timedelta(days=days)
    return None if is_due else "Masa tunggu belum habis."


@ORDER.guard("no_numbers")
def no_numbers(act: Act) -> str | None:
    return "Nomor sudah terbit." if act.thing.number else None


@ORDER.guard("is_cleared")
def is_cleared(act: Act) -> str | None:
    return None if act.thing.is_cleared else "Order belum lunas."


def _accepted(order: Order) -> bool:
    return any(sample.status == "accepted" for sample in order.samples)


@ORDER.guard("has_accepted_sample")
def has_accepted_sample(act: Act) -> str | None:
    return None if _accepted(act.thing) else "Belum ada sampel yang memenuhi persyaratan."


@ORDER.guard("has_accepted_unnumbered")
def has_accepted_unnumbered(act: Act) -> str | None:
    is_ready = act.thing.number and _accepted(act.thing)
    return None if is_ready else "Tidak ada sampel susulan yang siap diberi nomor."


@ORDER.guard("no_open_request")
def no_open_request(act: Act) -> str | None:
    return "Permohonan pembatalan sedang diproses." if act.thing.cancellation_requested_at else None


@ORDER.guard("has_open_request")
def has_open_request(act: Act) -> str | None:
    return None if act.thing.cancellation_requested_at else "Tidak ada permohonan pembatalan."


@ORDER.guard("all_handed_over")
def all_handed_over(act: Act) -> str | None:
    reports = [report for report in act.thing.reports if report.status in ("sent", "collected")]
    if any(report.is_open and report.status not in ("sent", "collected") for report in act.thing.reports):
        return "Masih ada laporan yang dikerjakan."
    if reports and all(report.status == "collected" for report in reports):
        return None
    last = max((report.sent_at for report in reports), default=None)
    patience = timedelta(days=current_app.config["HANDOVER_DAYS"])
    return None if last and act.now - last >= patience else "Laporan belum diambil semua."


@ORDER.guard("all_samples_withdrawn")
def all_samples_withdrawn(act: Act) -> str | None:
    left = [sample for sample in act.thing.samples if sample.status != "withdrawn"]
    return "Masih ada sampel." if left or not act.thing.samples else None


def _stage_is(wanted: str) -> Callable[[Act], str | None]:
    def holds(act: Act) -> str | None:
        return None if stages.of_order(act.thing) == wanted else "Tahap sampel berbeda."

    return holds


for _stage in (*LAB, "awaited"):
    ORDER.guard(f"stage_is_{_stage}")(_stage_is(_stage))
