"""The masters as data: one declaration makes the list, the page of one thing, its form, its history and its acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.lists import Column, Value, dig
from gateway.navigation import ADMINS

KEEPERS = ADMINS
READERS = ADMINS | {"lab_coordinator"}
PLANNERS = ADMINS | {"lab_coordinator", "head_of_office"}


@dataclass(frozen=True)
class Fact:
    """One line of a thing's page; `name` is also what its changes are called in the history."""

    label: str
    name: str
    kind: str = "text"

    def of(self, thing: dict[str, Any]) -> Any:
        return dig(thing, self.name)


@dataclass(frozen=True, kw_only=True)
class Master:
    service: str
    things: str
    path: str
    heading: str
    about: str
    icon: str
    columns: tuple[Column, ...]
    facts: tuple[Fact, ...]
    readers: frozenset[str] = KEEPERS
    keepers: frozenset[str] = KEEPERS
    add_label: str = ""
    search_hint: str = ""
    empty: str = "Belum ada data."
    query: dict[str, str] = field(default_factory=dict)
    top: str = ""
    beside: tuple[str, str] | None = None
    more: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2].replace("-", "_")

    @property
    def labels(self) -> dict[str, str]:
        return {fact.name: fact.label for fact in self.facts}


def limit(row: dict[str, Any]) -> str:
    basis = f" ({row['limit_basis']})" if row.get("limit_basis") and row.get("limit_text") else ""
    return f"{row.get('limit_text') or '–'}{basis}"


def period(row: dict[str, Any]) -> str:
    def shown(day: str | None) -> str:
        return "-".join(reversed(day.split("-"))) if day else "…"

    start, end = row.get("valid_from"), row.get("valid_to")
    return f"{shown(start)} s.d. {shown(end)}" if start or end else "–"


_LIMIT: Value = limit
_PERIOD: Value = period

PARAMETERS = Master(
    service="testing",
    things="parameters",
    path="/master/parameter",
    heading="Parameter",
    about="Batas, metode, tarif, dan blokir tiap parameter uji.",
    icon="flask",
    readers=READERS,
    add_label="Tambah Parameter",
    search_hint="Cari parameter, metode, atau satuan",
    columns=(
        Column("Parameter", "name", "link", sort="name"),
        Column("Standar", "standard.code"),
        Column("Satuan", "unit"),
        Column("Batas", _LIMIT),
        Column("Metode", "method"),
        Column("Tarif", "price_amount", "money"),
        Column("Status", "status", "status"),
    ),
    facts=(
        Fact("Standar", "standard.code"),
        Fact("Parameter", "name"),
        Fact("Satuan", "unit"),
        Fact("Jenis batas", "limit_kind_label"),
        Fact("Batas bawah", "limit_low", "decimal"),
        Fact("Batas atas", "limit_high", "decimal"),
        Fact("Batas tertulis", "limit_text"),
        Fact("Kata yang memenuhi", "limit_words"),
        Fact("Dasar perhitungan", "limit_basis"),
        Fact("Catatan batas", "limit_note"),
        Fact("Metode uji", "method"),
        Fact("Tarif", "price_amount", "money"),
        Fact("Terakreditasi", "is_accredited", "boolean"),
        Fact("Lama pengujian (hari kerja)", "lead_days"),
        Fact("Kelompok laboratorium", "lab_group"),
        Fact("Jumlah verifikasi", "required_verifiers"),
        Fact("Poin beban kerja", "workload_points", "decimal"),
        Fact("Cek Organisme", "is_biota", "boolean"),
        Fact("Sumber", "source_note"),
        Fact("Alasan blokir", "blocked_note"),
    ),
    beside=("Ekspor dan impor Excel", "/master/impor"),
)
STANDARDS = Master(
    service="testing",
    things="standards",
    path="/master/standar",
    heading="Data standar",
    about="Peraturan dan SNI dengan edisinya; order memakai edisi saat dikirim.",
    icon="file-text",
    readers=READERS,
    add_label="Tambah Standar",
    search_hint="Cari kode, judul, atau matriks",
    query={"all": "true"},
    columns=(
        Column("Kode", "code", "link"),
        Column("Judul", "title"),
        Column("Matriks", "matrix"),
        Column("Masa berlaku", _PERIOD),
        Column("Parameter", "parameter_count", "count"),
        Column("Digantikan oleh", "superseded_by"),
        Column("Status", "status", "status"),
    ),
    facts=(
        Fact("Kode", "code"),
        Fact("Judul", "title"),
        Fact("Matriks", "matrix"),
        Fact("Edisi", "edition"),
        Fact("Kelas", "class_name"),
        Fact("Metode acuan", "methods"),
        Fact("Berlaku mulai", "valid_from", "date"),
        Fact("Berlaku sampai", "valid_to", "date"),
        Fact("Digantikan oleh", "superseded_by"),
        Fact("Keterangan", "note"),
        Fact("Sumber", "source"),
    ),
    more="masters/standard_parameters.html",
)
IMPORTS = Master(
    service="testing",
    things="imports",
    path="/master/impor",
    heading="Ekspor dan impor katalog",
    about="Katalog sebagai Excel: unduh, ubah, bandingkan, lalu terapkan sekaligus.",
    icon="file-spreadsheet",
    search_hint="Cari nama berkas",
    empty="Belum ada berkas yang diunggah.",
    columns=(
        Column("Berkas", "file_name", "link"),
        Column("Diunggah oleh", "brought_by"),
        Column("Waktu", "created_at", "moment"),
        Column("Perubahan", "change_count", "count"),
        Column("Status", "status", "status"),
    ),
    facts=(
        Fact("Berkas", "file_name"),
        Fact("Diunggah oleh", "brought_by"),
        Fact("Waktu", "created_at", "moment"),
        Fact("Ditambahkan", "counts.added"),
        Fact("Diubah", "counts.changed"),
        Fact("Diblokir", "counts.blocked"),
        Fact("Dibuka blokirnya", "counts.unblocked"),
    ),
    top="masters/import_top.html",
    more="masters/import_changes.html",
)
SERIES = Master(
    service="testing",
    things="series",
    path="/master/nomor",
    heading="Nomor Analisis dan Nomor Laporan",
    about="Nomor terakhir dan bentuk nomor berikutnya.",
    icon="report",
    readers=READERS,
    columns=(
        Column("Deret", "number", "link"),
        Column("Nomor terakhir", "last", "count"),
        Column("Nomor berikutnya", "next"),
        Column("Bentuk", "template"),
        Column("Mulai dari 1 tiap tahun", "resets_yearly", "boolean"),
    ),
    facts=(
        Fact("Nomor terakhir", "last"),
        Fact("Nomor berikutnya", "next"),
        Fact("Bentuk nomor", "template"),
        Fact("Mulai dari 1 tiap tahun", "resets_yearly", "boolean"),
    ),
    more="masters/series_preview.html",
)
SIGNATORIES = Master(
    service="documents",
    things="signatories",
    path="/master/tanda-tangan",
    heading="Tanda Tangan",
    about="Penanda tangan dokumen: nama, NIP, jabatan, masa berlaku.",
    icon="certificate",
    add_label="Tambah Penanda Tangan",
    search_hint="Cari nama, NIP, atau jabatan",
    empty="Belum ada penanda tangan.",
    columns=(
        Column("Nama", "name", "link", sort="name"),
        Column("NIP", "nip"),
        Column("Jabatan", "position"),
        Column("Layanan", "service_label"),
        Column("Masa berlaku", _PERIOD),
        Column("Status", "status", "status"),
    ),
    facts=(
        Fact("Nama", "name"),
        Fact("NIP", "nip"),
        Fact("Jabatan", "position"),
        Fact("Layanan", "service_label"),
        Fact("Berlaku mulai", "valid_from", "date"),
        Fact("Berlaku sampai", "valid_to", "date"),
    ),
    more="masters/signature_picture.html",
)
FORMATS = Master(
    service="documents",
    things="formats",
    path="/master/format",
    heading="Format sertifikat",
    about="Teks kepala dan kaki, catatan, dan kolom dokumen yang dicetak.",
    icon="file-type-pdf",
    columns=(
        Column("Dokumen", "number", "link"),
        Column("Teks kepala", "header_text"),
        Column("Teks kaki", "footer_text"),
        Column("Kolom", "columns_label"),
    ),
    facts=(
        Fact("Teks kepala", "header_text"),
        Fact("Teks kaki", "footer_text"),
        Fact("Catatan", "notes_text"),
        Fact("Kolom tabel hasil", "columns_label"),
    ),
)
ABSENCES = Master(
    service="identity",
    things="absences",
    path="/master/tidak-masuk",
    heading="Pegawai tidak masuk",
    about="Siapa tidak masuk, sampai kapan, dan siapa penggantinya.",
    icon="user-check",
    readers=PLANNERS,
    keepers=PLANNERS,
    add_label="Catat Tidak Masuk",
    search_hint="Cari keterangan",
    empty="Tidak ada pegawai yang dicatat tidak masuk.",
    columns=(
        Column("Pegawai", "user.name", "link"),
        Column("Mulai", "from_on", "date", sort="from_on"),
        Column("Sampai", "until_on", "date", sort="until_on"),
        Column("Pengganti", "stand_in.name"),
        Column("Keterangan", "note"),
        Column("Status", "status", "status"),
    ),
    facts=(
        Fact("Pegawai", "user.name"),
        Fact("Mulai", "from_on", "date"),
        Fact("Sampai", "until_on", "date"),
        Fact("Pengganti", "stand_in.name"),
        Fact("Keterangan", "note"),
    ),
)
MASTERS = (PARAMETERS, STANDARDS, IMPORTS, SERIES, FORMATS, SIGNATORIES, ABSENCES)


@dataclass(frozen=True)
class Door:
    """A page of the masters that is no list of things."""

    heading: str
    path: str
    about: str
    icon: str
    readers: frozenset[str] = KEEPERS


DOORS = (
    Door("Kalender Kerja", "/master/kalender", "Libur nasional, cuti bersama, dan hari libur setempat.", "calendar"),
    Door(
        "Print Nomor Analisis",
        "/master/label",
        "Label contoh uji dengan nomor dan kode yang dapat dipindai.",
        "qrcode",
        ADMINS | {"lab_coordinator", "customer_service"},
    ),
    Door("Data kantor", "/master/kantor", "Nama, alamat, akreditasi, dan catatan pada kop surat.", "building"),
    Door("Akun pegawai", "/akun", "Akun, foto, dan tugas pegawai.", "user"),
    Door("History Pelanggan", "/riwayat?siapa=customers", "Apa yang dilakukan pelanggan, dan kapan.", "history"),
    Door("History Admin", "/riwayat?siapa=staff", "Apa yang dilakukan pegawai, dan kapan.", "history"),
)


def doors_for(roles: frozenset[str]) -> list[Master | Door]:
    return [each for each in (*MASTERS, *DOORS) if each.readers & roles]
