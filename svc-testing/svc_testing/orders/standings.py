"""How far an order is in words for whoever ordered it: what happens now, what comes next, who has to move, by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER

YOU, DESK, TREASURER, LABORATORY = "Anda", "Customer Service", "Bendahara", "Laboratorium"
TO_DESK = "Order diperiksa Customer Service."
TO_PAYMENT = "Setelah lunas, contoh uji diserahkan di loket."
TO_LAB = "Laboratorium memeriksa dan membagi contoh kepada analis."
TO_RESULT = "Hasil diperiksa sebelum laporan dibuat."
TO_REPORT = "Laporan dibuat, disetujui, lalu ditandatangani."
TO_YOU = "Laporan dikirim kepada Anda."


@dataclass(frozen=True)
class Words:
    now: str
    next: str
    waits_for: str


WORDS = {
    "drafted": Words("Order masih berupa draf dan belum dikirim.", TO_DESK, YOU),
    "submitted": Words("Customer Service memeriksa isi order.", "Invoice diterbitkan.", DESK),
    "invoiced": Words("Kode billing sedang dibuat.", "Anda membayar dengan kode billing itu.", TREASURER),
    "billed": Words("Kode billing sudah terbit dan menunggu pembayaran.", TO_PAYMENT, YOU),
    "expired": Words("Kode billing sudah kedaluwarsa.", "Kode baru dapat diminta pada halaman order.", YOU),
    "paid": Words("Contoh uji ditunggu dan diperiksa di loket.", "Nomor analisis diterbitkan.", DESK),
    "numbered": Words("Nomor analisis sudah terbit.", TO_LAB, DESK),
    "distributed": Words("Contoh sudah di laboratorium.", "Penyelia membagi parameter kepada analis.", LABORATORY),
    "assigned": Words("Contoh sudah dibagi kepada penyelia.", "Analis mulai menguji.", LABORATORY),
    "started": Words("Contoh sedang diuji.", TO_RESULT, LABORATORY),
    "finished": Words("Pengujian selesai, hasilnya sedang diperiksa.", "Laporan diketik.", LABORATORY),
    "checked": Words("Hasil sudah diperiksa, laporan sedang dibuat.", TO_REPORT, LABORATORY),
    "typed": Words("Laporan menunggu persetujuan.", "Laporan ditandatangani.", LABORATORY),
    "approved": Words("Laporan sedang ditandatangani.", TO_YOU, LABORATORY),
    "issued": Words("Laporan sudah terbit.", TO_YOU, DESK),
    "awaited": Words("Sebagian contoh belum diserahkan.", "Serahkan contoh susulan di loket.", YOU),
    "sent": Words("Laporan sudah dikirim.", "Order diarsipkan setelah semua laporan diterima.", DESK),
    "archived": Words("Order selesai.", "", ""),
    "cancelled": Words("Order dibatalkan.", "", ""),
    "discarded": Words("Draf dihapus.", "", ""),
}
BRING = (
    "Contoh dalam wadah bersih dan tertutup, jumlahnya cukup untuk semua parameter.",
    "Label pada wadah sama dengan kode/lokasi pada order.",
    "Nomor pre-order, dan bukti bayar bila diminta.",
)
TERMS = {
    "paid": "Pembayaran sudah diterima.",
    "contract": "Dikerjakan menurut kontrak; tagihan menyusul.",
    "free": "Tanpa biaya.",
    "expired": "Kode billing kedaluwarsa sebelum dibayar; belum ada kewajiban bayar.",
    "unpaid": "Dibayar di muka dengan kode billing sebelum contoh diuji.",
}
PAYING = ("submitted", "invoiced", "billed", "expired")
BRINGING = ("billed", "paid", "awaited")


def in_words(status: str) -> dict[str, Any]:
    """What anybody who knows the number may read: no names, no prices, no results."""
    words = WORDS[status]
    step = ORDER.states[status].step
    return {"step": step, "now": words.now, "next": words.next or None, "waits_for": words.waits_for or None}


def in_full(order: Order, payment: str) -> dict[str, Any]:
    """The same for its customer, with how it is paid and what to bring with the samples."""
    brings = BRING if order.status in BRINGING and order.origin == "bring_in" else ()
    terms = TERMS[payment] if order.status in PAYING else None
    return {**in_words(order.status), "payment_terms": terms, "bring": list(brings)}
