"""One's own data as a person reads them: which part becomes which table, under which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway import lists
from gateway.listing import Column, dig

FACTS = (
    ("person", "Akun", (
        Column("Nama", "name"),
        Column("Username", "username"),
        Column("Email", "email"),
        Column("Telepon", "phone"),
        Column("Tugas", "roles", "role_names"),
        Column("Dibuat", "created_at", "moment"),
        Column("Password diganti", "password_set_at", "moment"),
        Column("Terakhir masuk", "last_login_at", "moment"),
    )),
    ("company", "Perusahaan", (
        Column("Nama", "name"),
        Column("Tipe pelanggan", "customer_type_label"),
        Column("Kelompok", "customer_group_label"),
        Column("NPWP", "npwp"),
        Column("NIB", "nib"),
        Column("KBLI", "kbli"),
        Column("Alamat", "address"),
        Column("Kota/Kabupaten", "city"),
        Column("Telepon", "phone"),
        Column("Email", "email"),
        Column("Mendaftar", "created_at", "moment"),
        Column("Diverifikasi", "verified_at", "moment"),
    )),
)  # fmt: skip
TABLES = (
    ("company.members", "Pengguna perusahaan", (
        Column("Nama", "name"),
        Column("Username", "username"),
        Column("Email", "email"),
        Column("Telepon", "phone"),
        Column("Pemilik akun", "is_owner", "boolean"),
    )),
    ("company.documents", "Dokumen perusahaan", (
        Column("Dokumen", "kind_label"),
        Column("Nomor", "number"),
        Column("Berlaku sampai", "expires_on", "date"),
        Column("Keterangan", "note"),
        Column("Disimpan", "created_at", "moment"),
    )),
    ("orders", "Order", lists.ORDERS.columns),
    ("samples", "Sampel", lists.SAMPLES.columns),
    ("reports", "Laporan hasil uji", lists.REPORTS.columns),
    ("invoices", "Invoice", lists.INVOICES.columns),
    ("notifications", "Pemberitahuan", (
        Column("Waktu", "created_at", "moment"),
        Column("Judul", "title"),
        Column("Isi", "body"),
        Column("Dibaca", "read_at", "moment"),
    )),
    ("person.sessions", "Kapan dan dari mana akun ini dipakai", (
        Column("Masuk", "created_at", "moment"),
        Column("Terakhir dipakai", "last_used_at", "moment"),
        Column("Berakhir", "ended_at", "moment"),
        Column("Alamat IP", "ip"),
    )),
    ("person.saved_views", "Tampilan daftar tersimpan", (Column("Nama", "name"), Column("Dibuat", "created_at", "moment"))),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    heading: str
    columns: list[Column]
    rows: list[dict[str, Any]]
    is_table: bool = True


def parts(found: dict[str, Any], roles: frozenset[str]) -> list[Part]:
    """What there is, in the order it is read; of lists the columns this person sees on the pages, extra ones, too."""
    facts = [
        Part(heading, list(columns), [found[name]], is_table=False)
        for name, heading, columns in FACTS
        if found.get(name)
    ]
    tables = [
        (heading, [each for each in columns if each.is_for(roles)], dig(found, path))
        for path, heading, columns in TABLES
    ]
    return facts + [Part(heading, columns, rows) for heading, columns, rows in tables if rows is not None]
