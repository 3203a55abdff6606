"""What somebody new does first, by role: data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    code: str
    text: str
    href: str
    label: str


PROFILE = Step("profile", "Periksa nama dan kontak Anda, lalu ganti password awal.", "/profil", "Buka profil")

STEPS: dict[str, tuple[Step, ...]] = {
    "customer": (
        Step("profile", "Periksa data perusahaan Anda; nama ini tercetak pada laporan.", "/profil", "Buka profil"),
        Step("tariff", "Lihat tarif dan parameter yang dapat diuji.", "/tarif", "Cek tarif"),
        Step(
            "order",
            "Buat order pertama: isi sampel, pilih parameter, kirim ke CS.",
            "/pengujian/order/baru",
            "Tambah Order",
        ),
    ),
    "customer_service": (
        PROFILE,
        Step("registrations", "Verifikasi pendaftaran pelanggan yang menunggu.", "/pelanggan?box=new", "Pendaftaran"),
        Step(
            "orders",
            "Periksa order baru, lalu teruskan dengan Order Sampel.",
            "/pengujian/order?box=cs-new",
            "Order Baru",
        ),
        Step(
            "scan",
            "Pindai label sampel di halaman mana pun: sampelnya langsung terbuka.",
            "/bantuan/papan-ketik",
            "Caranya",
        ),
    ),
    "treasurer": (
        PROFILE,
        Step("bills", "Isi kode billing untuk invoice baru.", "/invoice?box=new", "Order Baru"),
        Step(
            "proofs",
            "Catat bukti bayar; nomor analisis baru terbit sesudah itu.",
            "/invoice?box=process",
            "Order Proses",
        ),
    ),
    "lab_coordinator": (
        PROFILE,
        Step("samples", "Pilih penyelia untuk sampel yang baru datang.", "/pengujian/sampel?box=lab-new", "Order Baru"),
        Step(
            "finished",
            "Periksa sampel selesai, lalu kirim ke pengetik.",
            "/pengujian/sampel?box=lab-finished",
            "Cek Sampel",
        ),
        Step(
            "reports", "Setujui laporan yang sudah diketik.", "/pengujian/laporan?box=lab-reports", "Verifikasi Laporan"
        ),
    ),
    "supervisor": (
        PROFILE,
        Step(
            "assign",
            "Tugaskan analis dan target untuk setiap parameter.",
            "/pengujian/sampel?box=supervisor-new",
            "Sampel Baru",
        ),
        Step("verify", "Verifikasi hasil yang masuk.", "/pengujian/analisis?box=supervisor-verify", "Verifikasi"),
    ),
    "analyst": (
        PROFILE,
        Step(
            "results",
            "Isi hasil uji; ketikan tersimpan sendiri.",
            "/pengujian/analisis?box=analyst-mine",
            "Pekerjaan Saya",
        ),
        Step(
            "scan",
            "Pindai label sampel di halaman mana pun: sampelnya langsung terbuka.",
            "/bantuan/papan-ketik",
            "Caranya",
        ),
    ),
    "report_typist": (
        PROFILE,
        Step(
            "number",
            "Terbitkan nomor laporan, lalu kirim ke PJ Lab.",
            "/pengujian/laporan?box=typist-new",
            "Order Baru",
        ),
    ),
    "admin": (
        PROFILE,
        Step("staff", "Buat akun pegawai dan bagikan tugasnya.", "/akun", "Akun Pegawai"),
        Step("flows", "Lihat alur kerja: siapa melakukan apa, dan kapan.", "/alur-kerja", "Alur Kerja"),
    ),
    "super_admin": (
        PROFILE,
        Step("staff", "Buat akun pegawai dan bagikan tugasnya.", "/akun", "Akun Pegawai"),
        Step("letters", "Periksa apakah ada pesan antar layanan yang gagal.", "/pesan-gagal", "Pesan Gagal"),
    ),
}


def left_for(roles: tuple[str, ...], kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The lists of those roles that were not closed and in which something is still to do."""
    closed, done = set(kept.get("first_steps_closed") or ()), set(kept.get("first_steps_done") or ())
    lists = {role: _told(role, done) for role in roles if role in STEPS and role not in closed}
    return [
        {"role": role, "steps": steps} for role, steps in lists.items() if not all(step["is_done"] for step in steps)
    ]


def is_step(role: str, code: str) -> bool:
    return any(step.code == code for step in STEPS.get(role, ()))


def _told(role: str, done: set[str]) -> list[dict[str, Any]]:
    return [{**vars(step), "is_done": f"{role}.{step.code}" in done} for step in STEPS[role]]
