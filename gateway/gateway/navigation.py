"""The menu, the addresses of the pages and the words for roles: data only."""

import re
from dataclasses import dataclass
from typing import Any

ROLES = {
    "customer": "Pelanggan",
    "super_admin": "Super Admin",
    "admin": "Admin",
    "customer_service": "Customer Service",
    "treasurer": "Bendahara",
    "lab_coordinator": "PJ Lab",
    "supervisor": "Penyelia",
    "analyst": "Analis",
    "report_typist": "Pengetik",
    "sampling_supervisor": "Penyelia Sampling",
    "sampling_officer": "PPC",
    "calibration_officer": "Kalibrator",
    "partnership_officer": "Kerjasama",
    "certification_head": "PJ Sertifikasi",
    "evaluator": "Evaluator",
    "reviewer": "Reviewer",
    "certification_admin": "Admin Sertifikasi",
    "training_admin": "Admin Pelatihan",
    "instructor": "Instruktur",
    "administration": "Tata Usaha",
    "head_of_office": "Kepala Balai",
}
NO_PERSON = {"system": "Sistem"}

PUBLIC_STEPS = (
    "Draf",
    "Pemeriksaan",
    "Pembayaran",
    "Penerimaan Sampel",
    "Pengujian",
    "Verifikasi",
    "Penerbitan",
    "Selesai",
)

# things of the API → the page that shows them
PAGES = {
    ("testing", "orders"): "/pengujian/order",
    ("testing", "samples"): "/pengujian/sampel",
    ("testing", "analyses"): "/pengujian/analisis",
    ("testing", "reports"): "/pengujian/laporan",
    ("billing", "invoices"): "/invoice",
    ("billing", "refunds"): "/pengembalian",
    ("identity", "customers"): "/pelanggan",
    ("identity", "customer-documents"): "/profil/dokumen",
    ("identity", "staff"): "/akun",
    ("identity", "absences"): "/master/tidak-masuk",
    ("testing", "parameters"): "/master/parameter",
    ("testing", "standards"): "/master/standar",
    ("testing", "series"): "/master/nomor",
    ("testing", "imports"): "/master/impor",
    ("documents", "signatories"): "/master/tanda-tangan",
    ("documents", "formats"): "/master/format",
    ("testing", "exports"): "/unduhan/testing",
    ("billing", "exports"): "/unduhan/billing",
    ("identity", "exports"): "/unduhan/identity",
    ("notify", "notifications"): "/notifikasi",
    ("notify", "mailbox"): "/kotak-surat",
}

SERVICES = {
    "identity": "Identitas",
    "testing": "Pengujian",
    "billing": "Penagihan",
    "documents": "Dokumen",
    "notify": "Pemberitahuan",
}

EVERY_ROLE = frozenset(ROLES)
ADMINS = frozenset({"admin", "super_admin"})


@dataclass(frozen=True)
class Entry:
    label: str
    href: str
    icon: str
    roles: frozenset[str]


MENU = (
    Entry("Beranda", "/beranda", "home", EVERY_ROLE),
    Entry(
        "Order",
        "/pengujian/order",
        "clipboard-list",
        frozenset({"customer", "customer_service", "head_of_office"}) | ADMINS,
    ),
    Entry("Sampel", "/pengujian/sampel", "test-pipe", frozenset({"lab_coordinator", "supervisor"})),
    Entry("Analisis", "/pengujian/analisis", "microscope", frozenset({"supervisor", "analyst"})),
    Entry(
        "Laporan", "/pengujian/laporan", "report", frozenset({"report_typist", "lab_coordinator", "customer_service"})
    ),
    Entry("Invoice", "/invoice", "file-invoice", frozenset({"treasurer"})),
    Entry("Pengembalian", "/pengembalian", "cash", frozenset({"treasurer", "head_of_office"})),
    Entry("Pelanggan", "/pelanggan", "users", frozenset({"customer_service"}) | ADMINS),
    Entry("Akun Pegawai", "/akun", "user", ADMINS),
    Entry("Master", "/master", "database", ADMINS | {"lab_coordinator"}),
    Entry("Riwayat", "/riwayat", "history", ADMINS),
    Entry("Alur Kerja", "/alur-kerja", "activity", ADMINS),
    Entry("Jejak Order", "/jejak-order", "map-pin", ADMINS),
    Entry("Pesan Gagal", "/pesan-gagal", "alert-triangle", ADMINS),
    Entry("Profil", "/profil", "settings", EVERY_ROLE),
)

THING = re.compile(
    r"^/api/v1/(?P<service>[a-z]+)/(?P<things>[a-z-]+)(?:/(?P<id>[0-9a-f-]{36}))?/?(?P<rest>[^?]*)(?P<query>\?.*)?$"
)


# what many do often, found by name with Ctrl+K
ACTS = (
    Entry("Tambah Order", "/pengujian/order/baru", "plus", frozenset({"customer", "customer_service"})),
    Entry("Tambah pelanggan tanpa login", "/pelanggan/tambah", "user-plus", frozenset({"customer_service", "admin"})),
    Entry("Pemberitahuan", "/notifikasi", "bell", EVERY_ROLE),
    Entry("Cek tarif", "/tarif", "cash", EVERY_ROLE),
    Entry("Verifikasi dokumen", "/verifikasi", "shield-check", EVERY_ROLE),
    Entry("Papan ketik dan pemindai", "/bantuan/papan-ketik", "help-circle", EVERY_ROLE),
)


def acts_for(roles: Any) -> list[dict[str, Any]]:
    mine = frozenset(roles)
    return [{"label": each.label, "href": each.href, "icon": each.icon} for each in ACTS if each.roles & mine]


def menu_for(roles: Any, path: str) -> list[dict[str, Any]]:
    mine = frozenset(roles)
    return [
        {
            "label": entry.label,
            "href": entry.href,
            "icon": entry.icon,
            "is_current": path == entry.href or path.startswith(f"{entry.href}/"),
        }
        for entry in MENU
        if entry.roles & mine
    ]


def page_of(href: str | None) -> str | None:
    """The page for an address of the API: /api/v1/testing/orders?box=x → /order?box=x."""
    found = THING.match(href or "")
    page = PAGES.get((found["service"], found["things"])) if found else None
    if not found or not page or found["rest"]:
        return None
    return page + (f"/{found['id']}" if found["id"] else "") + (found["query"] or "")


def role_label(code: str) -> str:
    return {**ROLES, **NO_PERSON}.get(code, code.replace("_", " ").capitalize())
