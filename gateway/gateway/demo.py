"""The accounts of a demonstration, as cards on its login page; a real installation has none of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

PASSWORD = "zerocalls-demo"


@dataclass(frozen=True)
class Account:
    username: str
    label: str
    task: str
    icon: str


ACCOUNTS = (
    Account("pelanggan", "Pelanggan", "memesan, membayar, mengunduh laporan", "building"),
    Account("cs", "Customer Service", "memeriksa order dan sampel, menyerahkan laporan", "messages"),
    Account("bendahara", "Bendahara", "kode billing dan bukti bayar", "wallet"),
    Account("pjlab", "PJ Lab", "membagi sampel, menyetujui laporan", "clipboard-check"),
    Account("penyelia", "Penyelia", "menugaskan analis, memverifikasi hasil", "list-check"),
    Account("analis", "Analis", "mengisi hasil uji", "microscope"),
    Account("pengetik", "Pengetik", "menerbitkan nomor dan mengetik laporan", "report"),
    Account("kepala", "Kepala Balai", "melihat ringkasan, menyetujui pengembalian", "chart-bar"),
    Account("admin", "Admin", "akun pegawai, pelanggan, alur kerja", "users"),
    Account("superadmin", "Super Admin", "semua data induk dan jejak order", "settings"),
)


def accounts() -> tuple[Account, ...]:
    return ACCOUNTS if current_app.config["ENVIRONMENT"] == "demo" else ()
