"""Fields that several acts ask for."""

from __future__ import annotations

from typing import Any

from chassis.workflow import Field, boolean, choice, date, datetime_, file, list_of, longtext, text

REASON = longtext("reason", "Alasan", required=True)
NOTE = longtext("note", "Catatan")
NOTE_REQUIRED = longtext("note", "Catatan", required=True)
REQUESTED_BY = text("requested_by", "Diminta oleh", required=True)
PROOF_FILE = file("proof_file", "Bukti permintaan")
PROOF_FILE_REQUIRED = file("proof_file", "Bukti permintaan", required=True)
CUSTOMER_INFORMED = boolean("customer_informed", "Pelanggan sudah diberi tahu", required=True, accept=True)
TARGET_ON = date("target_on", "Target selesai", required=True)
RECEIVED_AT = datetime_("received_at", "Tanggal terima", required=True)
REFUND = choice(
    "refund",
    "Pengembalian dana",
    required=True,
    options=(
        ("deposit", "Masukkan ke deposit"),
        ("pengembalian", "Kembalikan ke rekening"),
        ("tanpa", "Tanpa pengembalian"),
    ),
)
FEE = choice("fee", "Biaya", required=True, options=(("tanpa biaya", "Tanpa biaya"), ("berbayar", "Berbayar")))
CHECKED_ITEM = (
    text("item", "Butir", required=True),
    choice("result", "Hasil", required=True, options=(("ok", "OK"), ("tidak", "Tidak"), ("tb", "Tidak berlaku"))),
    text("note", "Catatan"),
)
ACCEPTANCE_ITEMS = (
    "Label sesuai dengan order",
    "Jumlah atau volume mencukupi",
    "Wadah sesuai dan tidak rusak",
    "Pengawetan atau pendinginan",
    "Waktu simpan belum terlampaui",
    "Suhu saat diterima",
    "Segel utuh",
    "Dokumen lengkap",
)
CHECKLIST = list_of(
    "checklist",
    "Daftar periksa",
    required=True,
    fields=CHECKED_ITEM,
    options=(),
    hint="Setiap butir: OK, Tidak, atau TB",
    initial=[{"item": item} for item in ACCEPTANCE_ITEMS],
    fill={"label": "Semua sesuai", "result": "ok"},
)
SUPERVISOR = choice("supervisor", "Penyelia", required=True, options_href="/api/v1/testing/people?role=supervisor")
ANALYST = choice("analyst", "Analis", required=True, options_href="/api/v1/testing/people?role=analyst")


def samples_of(order: Any) -> list[tuple[str, str]]:
    return [
        (str(sample.id), sample.number or f"Sampel {sample.position}: {sample.code_location}")
        for sample in order.samples
    ]


def samples_of_report(report: Any) -> list[tuple[str, str]]:
    return samples_of(report)


def analyses_of(thing: Any) -> list[tuple[str, str]]:
    """The live analyses of a sample, or of all samples of a report."""
    samples = getattr(thing, "samples", None) or [thing]
    return [
        (str(analysis.id), f"{sample.number} – {analysis.name}")
        for sample in samples
        for analysis in sample.live_analyses
    ]


def chosen_samples(*, required: bool = False) -> Field:
    return list_of(
        "samples", "Sampel", required=required, fields=(choice("id", "Sampel", required=True, options=samples_of),)
    )


def chosen_analyses(*, required: bool = False) -> Field:
    return list_of(
        "analyses",
        "Parameter yang diperbaiki",
        required=required,
        fields=(choice("id", "Parameter", required=True, options=analyses_of),),
    )
