"""Every list page: one declaration makes the table, the cards of a phone, the filters and the files."""

from typing import Any

from gateway import navigation
from gateway.listing import (
    Column,
    Filter,
    ListPage,
    Value,
    at,
    dig,
    first_of,
    joined,
    query_of,
    range_text,
    sort_link,
    with_query,
)

__all__ = ["LISTS", "Column", "ListPage", "Value", "dig", "query_of", "range_text", "sort_link", "with_query"]

LAB = frozenset({"lab_coordinator", "supervisor", "analyst"})
CUSTOMER = frozenset({"customer"})


LEADS = frozenset({"lab_coordinator", "supervisor"}) | navigation.ADMINS
DESK = frozenset({"customer_service"}) | navigation.ADMINS
STAFFED = DESK | LEADS | {"head_of_office", "report_typist"}
STAGES = tuple((str(n), label) for n, label in enumerate(navigation.PUBLIC_STEPS, start=1))
NOT_LAB = navigation.EVERY_ROLE - LAB
SUPERVISORS, ANALYSTS = (f"testing/people?role={role}&all=true" for role in ("supervisor", "analyst"))
ORIGINS = (("bring_in", "Bawa Sendiri"), ("sampling", "Sampling"))
PAYMENTS = (
    ("unpaid", "Belum lunas"),
    ("paid", "Lunas"),
    ("contract", "Kontrak"),
    ("free", "Tanpa biaya"),
    ("expired", "E-billing kedaluwarsa"),
)


def _of_orders(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What its customer does with an order that was sent: order it again, take the files along."""
    place, is_draft = f"/pengujian/order/{row['id']}", row["status"]["code"] == "drafted"
    again = [] if is_draft else [("Pesan lagi", f"{place}/pesan-lagi")]
    return again + ([("Unduh laporan dan invoice", f"{place}/unduhan")] if row["progress"]["sent"] else [])


ORDERS = ListPage(
    service="testing",
    things="orders",
    path="/pengujian/order",
    heading="Order pengujian",
    search_hint="Cari nomor order, nomor analisis, atau nama",
    empty="Tidak ada order di sini.",
    advice="Order yang baru masuk akan tampil di daftar ini.",
    row_link=at("/pengujian/order"),
    also=_of_orders,
    columns=(
        Column("Pre-order", "pre_number", "link", sort="pre_number", code="pre_number"),
        Column("Nomor order", "number", "number", code="number"),
        Column("Nomor analisis", "sample_numbers", "several", hidden_for=CUSTOMER, code="sample_numbers"),
        Column("Tanggal order", first_of("submitted_at", "created_at"), "date", sort="created_at", code="ordered_on"),
        Column("Nama pelanggan", "customer.name", sort="customer", hidden_for=LAB | CUSTOMER, code="customer"),
        Column("Asal contoh", "origin.label", code="origin"),
        Column("Pembayaran", "payment.label", code="payment"),
        Column("Status", "status", "status", code="status"),
        Column("Kontak", "contact_phone", "phone", hidden_for=LAB | CUSTOMER, code="contact", is_extra=True),
        Column("Jumlah sampel", "sample_count", "count", code="sample_count", is_extra=True),
        Column("Total", "totals.amount", "money", hidden_for=LAB, code="total", is_extra=True),
        Column("Target", "target_on", "date", code="target", is_extra=True),
        Column("Menunggu", "next_actor", code="waits_for", is_extra=True),
    ),
    filters=(
        Filter("status", "Status", "states", options_of="testing.order"),
        Filter("stage", "Tahap", options=STAGES),
        Filter("payment", "Pembayaran", options=PAYMENTS, roles=NOT_LAB),
        Filter("origin", "Asal contoh", options=ORIGINS),
        Filter("standard_id", "Peraturan", "things", options_of="testing/standards"),
        Filter("supervisor_id", "Penyelia", "things", options_of=SUPERVISORS, roles=STAFFED),
        Filter("customer_id", "Pelanggan", "things", options_of="testing/customers", roles=DESK),
        Filter("overdue", "Terlambat dari target", "flag", roles=STAFFED),
    ),
    dated="Tanggal order",
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
        Column("Nomor analisis", "number", "link", code="number"),
        Column("Jenis contoh", "sample_type", code="sample_type"),
        Column("Kode/lokasi", "label", hidden_for=frozenset({"supervisor"}), code="label"),
        Column("Peraturan", "standard.name", code="standard"),
        Column("Keterangan", "remark", code="remark"),
        Column("Penyelia", "supervisor.name", hidden_for=frozenset({"supervisor"}), code="supervisor"),
        Column("Target", "target_on", "date", code="target"),
        Column("Status", "status", "status", code="status"),
        Column("Nomor order", "order_number", "number", code="order", is_extra=True),
        Column("Diterima", "received_at", "date", code="received", is_extra=True),
    ),
    filters=(
        Filter("status", "Status", "states", options_of="testing.sample"),
        Filter("standard_id", "Peraturan", "things", options_of="testing/standards"),
        Filter("supervisor_id", "Penyelia", "things", options_of=SUPERVISORS, roles=LEADS),
        Filter("analyst_id", "Analis", "things", options_of=ANALYSTS, roles=LEADS),
        Filter("overdue", "Terlambat dari target", "flag"),
    ),
    dated="Tanggal terdaftar",
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
        Column("Nomor analisis", "sample.number", "link", code="number"),
        Column("Parameter", "parameter", sort="parameter", code="parameter"),
        Column("Jenis contoh", "sample.sample_type", code="sample_type"),
        Column("Metode uji", "method", code="method"),
        Column("Analis", "analyst.name", hidden_for=frozenset({"analyst"}), code="analyst"),
        Column("Target", "target_on", "date", code="target"),
        Column("Hasil uji", "result.display", code="result"),
        Column("Status", "status", "status", code="status"),
        Column("Satuan", "unit", code="unit", is_extra=True),
    ),
    filters=(
        Filter("status", "Status", "states", options_of="testing.analysis"),
        Filter("standard_id", "Peraturan", "things", options_of="testing/standards"),
        Filter("analyst_id", "Analis", "things", options_of=ANALYSTS, roles=LEADS),
        Filter("supervisor_id", "Penyelia", "things", options_of=SUPERVISORS, roles=LEADS),
        Filter("overdue", "Terlambat dari target", "flag"),
    ),
    dated="Tanggal dibuat",
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
        Column("Nomor laporan", "number", "number_link", code="number"),
        Column("Nomor analisis", joined("samples", "number"), code="sample_numbers"),
        Column("Nomor order", "order.number", code="order"),
        Column("Nama pelanggan", "order.customer.name", hidden_for=LAB, code="customer"),
        Column("Diterbitkan", "issued_on", "date", code="issued_on"),
        Column("Status", "status", "status", code="status"),
        Column("Dikirim", "sent_at", "date", code="sent", is_extra=True),
    ),
    filters=(Filter("status", "Status", "states", options_of="testing.report"),),
    dated="Tanggal dibuat",
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
        Column("Pre-order", "pre_number", "link", code="pre_number"),
        Column("Nomor order", "number", "number", code="number"),
        Column("Tanggal order", first_of("ordered_at", "created_at"), "date", sort="ordered_at", code="ordered_on"),
        Column("Nama pelanggan", "customer.name", code="customer"),
        Column("Kontak", "customer.phone", "phone", code="contact"),
        Column("Asal contoh", "sample_origin", code="origin"),
        Column("Total", "total_amount", "money", code="total"),
        Column("Status", "status", "status", code="status"),
        Column("Pembayaran", "payment_status", code="payment", is_extra=True),
    ),
    filters=(Filter("status", "Status", "states", options_of="billing.invoice"),),
    dated="Tanggal order",
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
        Column("Nama", "name", "link", code="name"),
        Column("Tipe", first_of("customer_type_label", "customer_type"), code="customer_type"),
        Column("Kota/kabupaten", "city", code="city"),
        Column("Telepon", "phone", "phone", code="phone"),
        Column("Email", "email", code="email"),
        Column("Mendaftar", "created_at", "date", code="registered"),
        Column("Status", "status", "status", code="status"),
        Column("Alamat", "address", code="address", is_extra=True),
    ),
    filters=(
        Filter("status", "Status", "states", options_of="identity.customer"),
        Filter("customer_type", "Tipe", "form", options_of="identity/customers/form"),
        Filter("customer_group", "Kelompok", "form", options_of="identity/customers/form"),
    ),
    dated="Tanggal mendaftar",
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
        Column("Foto", "links.photo", "photo", code="photo"),
        Column("NIP", "nip", sort="nip", code="nip"),
        Column("Nama", "name", "link", sort="name", code="name"),
        Column("Username", "username", code="username"),
        Column("No Telp", "phone", "phone", code="phone"),
        Column("Tugas", "roles", "roles", code="roles"),
        Column("Status", "status", "status", code="status"),
        Column("Email", "email", code="email", is_extra=True),
    ),
    filters=(
        Filter("status", "Status", "states", options_of="identity.staff"),
        Filter("role", "Tugas", options=tuple(navigation.ROLES.items())),
    ),
    dated="Tanggal dibuat",
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
        Column("Pre-order", "pre_number", "link", code="pre_number"),
        Column("Nama pelanggan", "customer.name", code="customer"),
        Column("Diajukan", "created_at", "date", sort="created_at", code="requested_on"),
        Column("Jumlah", first_of("amount", "requested_amount"), "money", code="amount"),
        Column("Alasan", "reason", code="reason"),
        Column("Status", "status", "status", code="status"),
    ),
    filters=(Filter("status", "Status", "states", options_of="billing.refund"),),
    dated="Tanggal diajukan",
)

LISTS = {page.path: page for page in (ORDERS, SAMPLES, ANALYSES, REPORTS, INVOICES, REFUNDS, CUSTOMERS, STAFF)}
