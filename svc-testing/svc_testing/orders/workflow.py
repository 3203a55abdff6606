"""The testing order. In the laboratory its status is computed from its samples and reports."""

from __future__ import annotations

from typing import Any

from chassis.workflow import State, Transition, Workflow, boolean, choice, list_of, text
from svc_testing.forms import (
    NOTE,
    NOTE_REQUIRED,
    PROOF_FILE_REQUIRED,
    REASON,
    REFUND,
    REQUESTED_BY,
    chosen_samples,
    samples_of,
)
from svc_testing.orders.models import Order
from svc_testing.remembered import once

LAB = ("distributed", "assigned", "started", "finished", "checked", "typed", "approved", "issued", "sent")
LAB_UNSENT = LAB[:-1]
IN_LAB = LAB[:5]
SUBMITTABLE = "has_samples & each_sample_has_parameter & no_blocked_parameter & standards_current & is_bring_in"


def catalogue(order: Any) -> list[tuple[str, str]]:
    """Every parameter of the standards the order's samples are tested against."""
    standards = {sample.standard.code: sample.standard for sample in order.samples}
    codes = sorted(standards)
    return once(
        f"catalogue_{codes}",
        lambda: [
            (str(parameter.id), f"{code}: {parameter.name}")
            for code in codes
            for parameter in standards[code].parameters
            if not parameter.is_blocked
        ],
    )


_SAMPLE = choice("sample", "Sampel", required=True, options=samples_of)
_PARAMETER = choice(
    "parameter",
    "Parameter",
    required=True,
    options=catalogue,
    options_href="/api/v1/testing/orders/{id}/parameters",
)
EDITED_SAMPLES = list_of(
    "samples",
    "Sampel yang diubah",
    fields=(
        _SAMPLE,
        text("sample_type", "Jenis contoh"),
        text("code_location", "Kode/lokasi"),
        text("remark", "Keterangan"),
    ),
)
EDITED_PARAMETERS = list_of(
    "parameters",
    "Parameter yang diubah",
    fields=(
        _SAMPLE,
        _PARAMETER,
        choice("change", "Perubahan", required=True, options=(("tambah", "Tambah"), ("hapus", "Hapus"))),
    ),
)
ADDED_PARAMETERS = list_of("parameters", "Parameter tambahan", required=True, fields=(_SAMPLE, _PARAMETER))


def _settle(stage: str) -> Transition:
    sources = tuple(state for state in (*LAB, "awaited") if state != stage)
    return Transition(
        f"settle_{stage}",
        sources,
        stage,
        "system",
        guard=f"stage_is_{stage}",
        event=f"order.{stage}",
        public=stage == "sent",
    )


ORDER = Workflow(
    "testing.order",
    model=Order,
    prefix="orders",
    key="order_id",
    initial=("drafted",),
    columns={
        "number": "Nomor order",
        "report_name": "Nama pada laporan",
        "report_address": "Alamat pada laporan",
        "contact": "Kontak",
        "contact_phone": "Telepon kontak",
        "remark": "Keterangan",
        "submitted_at": "Dikirim ke CS",
        "forwarded_by": "Diteruskan oleh",
        "invoice_revision": "Revisi invoice",
        "expires_at": "E-billing berlaku sampai",
        "paid_at": "Dibayar",
        "payment_terms": "Cara bayar",
        "numbered_at": "Nomor terbit",
        "distributed_at": "Didistribusikan",
        "cancellation_requested_at": "Pembatalan diajukan",
    },
    owner=lambda order: order.customer_id,
    settles=("dissolve", *(f"settle_{stage}" for stage in LAB), "settle_awaited", "archive"),
    states=[
        State("drafted", "PEMERIKSAAN ORDER DI PELANGGAN", step=1),
        State("submitted", "PEMERIKSAAN ORDER BARU", step=2),
        State("invoiced", "INVOICE BARU", step=3),
        State("billed", "PROSES PEMBAYARAN", step=3),
        State("expired", "EBILLING KEDALUWARSA", step=3, tone="stopped"),
        State("paid", "PERSYARATAN SAMPEL", step=4),
        State("numbered", "NOMOR ANALISIS TERBIT", step=4),
        State("distributed", "CEK SAMPEL BARU", step=5),
        State("assigned", "SAMPEL PROSES", step=5),
        State("started", "SAMPEL DALAM PENGUJIAN ANALIS", step=5),
        State("finished", "CEK SAMPEL SELESAI", step=6),
        State("checked", "KETIKAN BARU", step=7),
        State("typed", "VERIFIKASI LAPORAN", step=7),
        State("approved", "PENERBITAN LAPORAN", step=7),
        State("issued", "SERTIFIKAT BARU", step=7),
        State("awaited", "MENUNGGU SAMPEL SUSULAN", step=4),
        State("sent", "SERTIFIKAT TERKIRIM", step=8, tone="done"),
        State("archived", "SELESAI", step=8, final=True, tone="done"),
        State("cancelled", "DIBATALKAN", final=True, tone="stopped"),
        State("discarded", "DIHAPUS", final=True, tone="stopped"),
    ],
    transitions=[
        Transition(
            "submit",
            "drafted",
            "submitted",
            "customer",
            label="Selesai Kirim Ke CS",
            tone="forward",
            undo="withdraw",
            guard=SUBMITTABLE,
            event="order.submitted",
            form=(boolean("agreed", "Saya menyetujui syarat layanan", required=True, accept=True),),
        ),
        Transition(
            "submit_for",
            "drafted",
            "submitted",
            "customer_service",
            label="Selesai Kirim Atas Nama Pelanggan",
            tone="forward",
            undo="return",
            guard=SUBMITTABLE,
            event="order.submitted",
            form=(
                REQUESTED_BY,
                PROOF_FILE_REQUIRED,
            ),
        ),
        Transition(
            "discard",
            "drafted",
            "discarded",
            "customer",
            for_customer="customer_service",
            label="Hapus",
            tone="end",
            guard="never_submitted",
            event="order.discarded",
            confirm="Apakah Anda yakin menghapus data ini?",
        ),
        Transition(
            "drop_stale",
            "drafted",
            "discarded",
            "system",
            guard="untouched_90_days & never_submitted",
            event="order.discarded",
        ),
        Transition(
            "abandon",
            "drafted",
            "cancelled",
            "customer",
            for_customer="customer_service",
            label="Batalkan Order",
            tone="end",
            guard="was_submitted",
            event="order.cancelled",
            form=(REASON,),
            confirm="Order yang dibatalkan tidak dapat dilanjutkan. Lanjutkan?",
        ),
        Transition(
            "abandon_stale",
            "drafted",
            "cancelled",
            "system",
            guard="untouched_90_days & was_submitted",
            event="order.cancelled",
        ),
        Transition(
            "withdraw",
            "submitted",
            "drafted",
            "customer",
            for_customer="customer_service",
            label="Tarik Kembali",
            tone="back",
            event="order.withdrawn",
            form=(NOTE,),
        ),
        Transition(
            "edit",
            "submitted",
            "=",
            "customer_service",
            label="EDIT",
            tone="aside",
            guard=SUBMITTABLE,
            event="order.edited",
            form=(EDITED_SAMPLES, EDITED_PARAMETERS, REASON),
        ),
        Transition(
            "return",
            "submitted",
            "drafted",
            "customer_service",
            label="Kembalikan ke Pelanggan",
            tone="back",
            event="order.returned",
            form=(NOTE_REQUIRED,),
        ),
        Transition(
            "reject",
            "submitted",
            "cancelled",
            "customer_service",
            label="Tolak Order",
            tone="end",
            event="order.rejected",
            form=(REASON,),
            confirm="Order yang dibatalkan tidak dapat dilanjutkan. Lanjutkan?",
        ),
        Transition(
            "forward",
            "submitted",
            "invoiced",
            "customer_service",
            label="Order Sampel",
            tone="forward",
            undo="recall",
            guard="has_samples & each_sample_has_parameter & no_blocked_parameter",
            event="order.forwarded",
            form=(
                boolean(
                    "capability_confirmed", "Laboratorium mampu mengerjakan permintaan ini", required=True, accept=True
                ),
                NOTE,
            ),
        ),
        Transition(
            "recall",
            "invoiced",
            "submitted",
            "customer_service",
            label="Tarik dari Bendahara",
            tone="back",
            event="order.recalled",
            form=(REASON,),
        ),
        Transition("take_back", "invoiced", "submitted", "system", guard="is_current_invoice", event="order.reopened"),
        Transition("bill", "invoiced", "billed", "system", guard="is_current_invoice", event="order.billed"),
        Transition(
            "reopen_billing",
            ("billed", "expired"),
            "invoiced",
            "system",
            guard="is_current_invoice",
            event="order.billing_reopened",
        ),
        Transition("expire", "billed", "expired", "system", guard="is_current_invoice", event="order.expired"),
        Transition(
            "pay", ("invoiced", "billed", "expired"), "paid", "system", guard="is_current_invoice", event="order.paid"
        ),
        Transition("clear", "invoiced", "paid", "system", guard="is_current_invoice", event="order.cleared"),
        Transition(
            "unclear",
            "paid",
            "invoiced",
            "system",
            guard="is_current_invoice & no_numbers",
            event="order.clearance_withdrawn",
        ),
        Transition(
            "note_payment", ("paid", "numbered", "awaited", *LAB, "archived"), "=", "system", guard="not_yet_paid"
        ),
        Transition(
            "note_reversal",
            ("numbered", "awaited", *LAB, "archived"),
            "=",
            "system",
            guard="is_current_invoice",
            event="order.payment_reversed",
        ),
        Transition(
            "unpay", "paid", "billed", "system", guard="is_current_invoice & no_numbers", event="order.payment_reversed"
        ),
        Transition(
            "cancel",
            ("submitted", "invoiced", "billed", "expired"),
            "cancelled",
            "customer",
            for_customer="customer_service",
            label="Batalkan Order",
            tone="end",
            guard="is_unpaid",
            event="order.cancelled",
            form=(REASON,),
            confirm="Order yang dibatalkan tidak dapat dilanjutkan. Lanjutkan?",
        ),
        Transition("lapse", "expired", "cancelled", "system", guard="expired_30_days", event="order.cancelled"),
        Transition(
            "cancel_paid",
            "paid",
            "cancelled",
            "customer_service",
            label="Batalkan dan Ajukan Pengembalian",
            tone="end",
            guard="no_numbers",
            event="order.cancelled",
            form=(
                REASON,
                REQUESTED_BY,
                PROOF_FILE_REQUIRED,
                REFUND,
            ),
        ),
        Transition(
            "number",
            "paid",
            "numbered",
            "customer_service",
            label="Terbitkan No Analisa",
            tone="forward",
            guard="is_cleared & has_accepted_sample",
            event="order.numbered",
            confirm="Nomor order dan nomor analisis akan terbit dan tidak dapat ditarik. Lanjutkan?",
        ),
        Transition(
            "distribute",
            "numbered",
            "distributed",
            "customer_service",
            label="Kirim",
            tone="forward",
            event="order.distributed",
            form=(NOTE,),
        ),
        Transition(
            "number_more",
            ("numbered", "awaited", *LAB_UNSENT),
            "=",
            "customer_service",
            label="Terbitkan No Analisa Susulan",
            tone="forward",
            guard="has_accepted_unnumbered",
            event="order.supplemented",
        ),
        Transition(
            "supplement",
            ("paid", "numbered", "awaited", *LAB_UNSENT),
            "=",
            "customer",
            for_customer="customer_service",
            label="Order Tambahan",
            tone="aside",
            form=(
                chosen_samples(required=True),
                ADDED_PARAMETERS,
            ),
        ),
        Transition(
            "correct",
            ("paid", "numbered", "awaited", *IN_LAB),
            "=",
            "customer_service",
            label="EDIT",
            tone="aside",
            event="order.corrected",
            form=(
                text("report_name", "Nama pada laporan"),
                text("report_address", "Alamat pada laporan"),
                text("contact", "Kontak"),
                REASON,
            ),
        ),
        Transition(
            "request_cancellation",
            ("paid", "numbered", "awaited", *IN_LAB),
            "=",
            "customer",
            for_customer="customer_service",
            label="Ajukan Pembatalan",
            tone="back",
            guard="no_open_request",
            event="order.cancellation_requested",
            form=(REASON,),
        ),
        Transition(
            "refuse_cancellation",
            ("paid", "numbered", "awaited", *IN_LAB),
            "=",
            "customer_service",
            label="Tolak Pembatalan",
            tone="end",
            guard="has_open_request",
            event="order.cancellation_refused",
            form=(NOTE_REQUIRED,),
        ),
        *(_settle(stage) for stage in LAB),
        Transition("settle_awaited", LAB, "awaited", "system", guard="stage_is_awaited", event="order.awaited"),
        Transition(
            "archive", "sent", "archived", "system", guard="all_handed_over", event="order.archived", public=True
        ),
        Transition(
            "dissolve",
            ("paid", "numbered", "awaited", *LAB),
            "cancelled",
            "system",
            guard="all_samples_withdrawn",
            event="order.cancelled",
        ),
    ],
)
