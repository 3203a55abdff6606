"""List pages as data: one declaration of columns makes the table, the cards of a phone and the sheet's link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Value = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Column:
    label: str
    value: str | Value
    kind: str = "text"
    sort: str | None = None
    roles: frozenset[str] | None = None
    hidden_for: frozenset[str] = frozenset()

    def of(self, row: dict[str, Any]) -> Any:
        return self.value(row) if callable(self.value) else dig(row, self.value)

    def is_for(self, roles: frozenset[str]) -> bool:
        if self.roles is not None and not self.roles & roles:
            return False
        return not (self.hidden_for & roles and not roles - self.hidden_for)


@dataclass(frozen=True)
class ListPage:
    service: str
    things: str
    path: str
    heading: str
    columns: tuple[Column, ...]
    search_hint: str
    empty: str
    advice: str
    row_link: Value
    open_label: str = "Buka"

    def columns_for(self, roles: frozenset[str]) -> list[Column]:
        return [column for column in self.columns if column.is_for(roles)]


def dig(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row


def joined(path: str, inner: str) -> Value:
    """The inner values of a list in a row, e.g. the analysis numbers of an order's samples."""
    return lambda row: ", ".join(str(dig(each, inner)) for each in dig(row, path) or [] if dig(each, inner))


def first_of(*paths: str) -> Value:
    return lambda row: next((found for path in paths if (found := dig(row, path)) not in (None, "")), None)


PASSED_ON = ("box", "status", "q", "from", "to", "sort", "limit", "cursor")


def query_of(args: Any) -> dict[str, str]:
    return {name: args[name] for name in PASSED_ON if args.get(name)}


def with_query(path: str, query: dict[str, str], **changes: str | None) -> str:
    merged = {name: value for name, value in {**query, **changes}.items() if value}
    return f"{path}?{urlencode(merged)}" if merged else path


def sort_link(page: ListPage, query: dict[str, str], column: Column) -> tuple[str, str]:
    """Where a click on a heading leads, and what aria-sort says now."""
    now = query.get("sort", "")
    state = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(now, "none")
    following = f"-{column.sort}" if now == column.sort else column.sort
    return with_query(page.path, query, sort=following, cursor=None), state


def range_text(page: dict[str, Any], query: dict[str, str]) -> str:
    shown = len(page.get("items") or [])
    total = page.get("count")
    if total is None or not shown:
        return f"{shown} baris"
    about = (
        f"{total:,}".replace(",", ".")
        if page.get("count_is_exact", True)
        else f"lebih dari {total:,}".replace(",", ".")
    )
    start = "1–" if "cursor" not in query else ""
    return f"{start}{shown} dari {about}" if start else f"{shown} baris berikutnya dari {about}"


LAB = frozenset({"lab_coordinator", "supervisor", "analyst"})
CUSTOMER = frozenset({"customer"})


def at(prefix: str, key: str = "id") -> Value:
    return lambda row: f"{prefix}/{row[key]}" if row.get(key) else None


ORDERS = ListPage(
    service="testing",
    things="orders",
    path="/pengujian/order",
    heading="Order pengujian",
    search_hint="Cari nomor order, nomor analisis, atau nama",
    empty="Tidak ada order di sini.",
    advice="Order yang baru masuk akan tampil di daftar ini.",
    row_link=at("/pengujian/order"),
    columns=(
        Column("Pre-order", "pre_number", "link", sort="pre_number"),
        Column("Nomor order", "number", "number"),
        Column("Nomor analisis", "sample_numbers", "several", hidden_for=CUSTOMER),
        Column("Tanggal order", first_of("submitted_at", "created_at"), "date", sort="created_at"),
        Column("Nama pelanggan", "customer.name", sort="customer", hidden_for=LAB | CUSTOMER),
        Column("Asal contoh", "origin.label"),
        Column("Pembayaran", "payment.label"),
        Column("Status", "status", "status"),
    ),
)

SAMPLES = ListPage(
    service="testing",
    things="samples",
    path="/pengujian/sampel",
    heading="Data sampel",
    search_hint="Cari nomor analisis atau jenis contoh",
    empty="Tidak ada sampel di sini.",
    advice="Sampel tampil setelah tahap sebelumnya selesai.",
    row_link=at("/pengujian/sampel"),
    open_label="Cek Parameter",
    columns=(
        Column("Nomor analisis", "number", "link"),
        Column("Jenis contoh", "sample_type"),
        Column("Kode/lokasi", "label", hidden_for=frozenset({"supervisor"})),
        Column("Peraturan", "standard.name"),
        Column("Keterangan", "remark"),
        Column("Penyelia", "supervisor.name", hidden_for=frozenset({"supervisor"})),
        Column("Target", "target_on", "date"),
        Column("Status", "status", "status"),
    ),
)

ANALYSES = ListPage(
    service="testing",
    things="analyses",
    path="/pengujian/analisis",
    heading="Analisis",
    search_hint="Cari nomor analisis atau parameter",
    empty="Tidak ada parameter yang menunggu Anda.",
    advice="Parameter tampil di sini setelah ditugaskan.",
    row_link=lambda row: f"/pengujian/sampel/{row['sample_id']}",
    columns=(
        Column("Nomor analisis", "sample.number", "link"),
        Column("Parameter", "parameter", sort="parameter"),
        Column("Jenis contoh", "sample.sample_type"),
        Column("Metode uji", "method"),
        Column("Analis", "analyst.name", hidden_for=frozenset({"analyst"})),
        Column("Target", "target_on", "date"),
        Column("Hasil uji", "result.display"),
        Column("Status", "status", "status"),
    ),
)

REPORTS = ListPage(
    service="testing",
    things="reports",
    path="/pengujian/laporan",
    heading="Laporan hasil uji",
    search_hint="Cari nomor laporan, nomor order, atau nomor analisis",
    empty="Tidak ada laporan di sini.",
    advice="Laporan tampil setelah PJ Lab mengirim sampel ke pengetik.",
    row_link=at("/pengujian/laporan"),
    columns=(
        Column("Nomor laporan", "number", "number_link"),
        Column("Nomor analisis", joined("samples", "number")),
        Column("Nomor order", "order.number"),
        Column("Nama pelanggan", "order.customer.name", hidden_for=LAB),
        Column("Diterbitkan", "issued_on", "date"),
        Column("Status", "status", "status"),
    ),
)

INVOICES = ListPage(
    service="billing",
    things="invoices",
    path="/invoice",
    heading="Invoice",
    search_hint="Cari nomor pre-order, nama pelanggan, atau kode billing",
    empty="Tidak ada invoice di sini.",
    advice="Invoice dibuat sendiri setelah Customer Service meneruskan order.",
    row_link=at("/invoice"),
    open_label="Invoice",
    columns=(
        Column("Pre-order", "pre_number", "link"),
        Column("Order", "number", "number"),
        Column("Tanggal order", first_of("ordered_at", "created_at"), "date", sort="ordered_at"),
        Column("Nama pelanggan", "customer.name"),
        Column("Kontak", "customer.phone"),
        Column("Asal contoh", "sample_origin"),
        Column("Total", "total_amount", "money"),
        Column("Status", "status", "status"),
    ),
)

CUSTOMERS = ListPage(
    service="identity",
    things="customers",
    path="/pelanggan",
    heading="Pelanggan",
    search_hint="Cari nama, kota, atau email",
    empty="Tidak ada pelanggan di sini.",
    advice="Pendaftaran baru akan tampil di daftar ini untuk diperiksa.",
    row_link=at("/pelanggan"),
    columns=(
        Column("Nama", "name", "link"),
        Column("Tipe", first_of("customer_type_label", "customer_type")),
        Column("Kota/kabupaten", "city"),
        Column("Telepon", "phone"),
        Column("Email", "email"),
        Column("Mendaftar", "created_at", "date"),
        Column("Status", "status", "status"),
    ),
)

STAFF = ListPage(
    service="identity",
    things="staff",
    path="/akun",
    heading="Akun pegawai",
    search_hint="Cari nama, NIP, atau username",
    empty="Tidak ada akun pegawai di sini.",
    advice="Tambahkan akun untuk pegawai yang memakai sistem ini.",
    row_link=at("/akun"),
    columns=(
        Column("Nama", "name", "link"),
        Column("NIP", "nip"),
        Column("Username", "username"),
        Column("Telepon", "phone"),
        Column("Tugas", "roles", "roles"),
        Column("Status", "status", "status"),
    ),
)

REFUNDS = ListPage(
    service="billing",
    things="refunds",
    path="/pengembalian",
    heading="Pengembalian dana",
    search_hint="Cari nomor pre-order atau nama pelanggan",
    empty="Tidak ada permohonan pengembalian.",
    advice="Permohonan tampil bila order yang sudah dibayar dibatalkan.",
    row_link=lambda row: f"/invoice/{row['invoice_id']}",
    open_label="Invoice",
    columns=(
        Column("Pre-order", "pre_number", "link"),
        Column("Nama pelanggan", "customer.name"),
        Column("Diajukan", "created_at", "date", sort="created_at"),
        Column("Jumlah", first_of("amount", "requested_amount"), "money"),
        Column("Alasan", "reason"),
        Column("Status", "status", "status"),
    ),
)

LISTS = {page.path: page for page in (ORDERS, SAMPLES, ANALYSES, REPORTS, INVOICES, REFUNDS, CUSTOMERS, STAFF)}
