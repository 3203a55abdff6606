"""Invoice, e-billing and refund: states, transitions, roles and forms. Data only; the guards are in guards.py."""

from __future__ import annotations

from operator import attrgetter

from chassis.workflow import (
    State,
    Transition,
    Workflow,
    choice,
    date,
    datetime_,
    decimal,
    file,
    longtext,
    money,
    text,
)
from svc_billing.models import EBilling, Invoice, Refund

CHANNELS = (
    ("teller", "Teller bank"),
    ("atm", "ATM"),
    ("internet_banking", "Internet banking"),
    ("mobile_banking", "Mobile banking"),
    ("edc", "EDC"),
    ("pos", "Kantor pos"),
    ("fintech", "Dompet digital / fintech"),
)

REASON = (longtext("reason", "Alasan", required=True),)
NOTE = (longtext("note", "Catatan"),)

ADJUSTMENT = (
    money("certificate_amount", "Sertifikat", initial=attrgetter("certificate_amount")),
    decimal("discount_percent", "Discount (%)", min=0, max=100, initial=attrgetter("discount_percent")),
    text("discount_basis", "Dasar hukum potongan", initial=attrgetter("discount_basis")),
    money("deposit_amount", "Deposit", initial=attrgetter("deposit_amount")),
)
BILL = (
    text("billing_code", "Kode Billing", required=True, pattern=r"^[0-9]{15}$", hint="15 angka dari SIMPONI"),
    datetime_("issued_at", "Tanggal Bukti", required=True, hint="Tanggal dan jam pada bukti pembuatan tagihan"),
    file("scan_file", "Scan Pembayaran", required=True),
)
RECEIPT = (
    datetime_("paid_at", "Tanggal Bukti", required=True, hint="Tanggal dan jam bayar pada bukti penerimaan negara"),
    text("ntpn", "NTPN", required=True, pattern=r"^[0-9A-Za-z]{16}$", hint="16 huruf besar atau angka"),
    text("ntb", "NTB / NTP", max=20),
    choice("channel", "Channel Bayar", options=CHANNELS),
    money("amount", "Jumlah", required=True, min=1),
    file("proof_file", "Scan Bukti Bayar", required=True),
)
SHOWN_CODE = (
    text(
        "billing_code",
        "Kode Billing",
        pattern=r"^[0-9]{15}$",
        hint="Kode e-billing yang aktif",
        initial=attrgetter("active_attempt.billing_code"),
    ),
)
EARLIER = (choice("attempt", "E-billing yang dibayar", required=True, options=lambda invoice: invoice.earlier_choices),)
CORRECTION = (
    text(
        "ntpn",
        "NTPN",
        required=True,
        pattern=r"^[0-9A-Za-z]{16}$",
        hint="16 huruf besar atau angka",
        initial=attrgetter("payment.ntpn"),
    ),
    text("ntb", "NTB / NTP", max=20, initial=attrgetter("payment.ntb")),
    datetime_("paid_at", "Tanggal Bukti", required=True, initial=attrgetter("payment.paid_at")),
    file("proof_file", "Scan Bukti Bayar", required=True),
    *REASON,
)
CLEARANCE = (text("basis", "Dasar hukum", required=True), file("basis_file", "Berkas dasar hukum"))
CONTRACT = (
    text("contract_no", "Nomor kontrak", required=True),
    date("due_on", "Jatuh tempo", required=True),
    file("contract_file", "Berkas kontrak"),
)

APPROVAL = (money("amount", "Jumlah", required=True, min=1), text("basis", "Dasar", required=True))
SENT_BACK = (longtext("note", "Catatan", required=True),)

OPEN = ("opened", "billed", "expired")

# fmt: off
INVOICE = Workflow(
    "billing.invoice", model=Invoice, prefix="invoices", key="invoice_id", initial=("opened",), settles=("drop_closed", "expire"),
    owner=lambda invoice: invoice.customer_id,
    columns={
        "order_number": "Nomor order",
        "certificate_amount": "Biaya sertifikat",
        "discount_percent": "Discount (%)",
        "discount_basis": "Dasar discount",
        "deposit_amount": "Deposit",
        "lines_amount": "Harga",
        "sub_total_amount": "Sub-total",
        "discount_amount": "Discount",
        "total_amount": "Total",
        "paid_at": "Dibayar",
        "settled_at": "Lunas",
        "clearance_basis": "Dasar tanpa biaya",
        "contract_no": "Nomor kontrak",
        "due_on": "Jatuh tempo",
    },
    states=[
        State("opened", "INVOICE BARU", step=3),
        State("billed", "PROSES PEMBAYARAN", step=3),
        State("expired", "EBILLING KEDALUWARSA", step=3, tone="stopped"),
        State("paid", "LUNAS", step=4, tone="done"),
        State("waived", "TANPA BIAYA", step=4, tone="done"),
        State("deferred", "KONTRAK (BELUM LUNAS)", step=4),
        State("returned", "DIKEMBALIKAN KE CS", step=2, final=True, tone="stopped"),
        State("voided", "DIBATALKAN", final=True, tone="stopped"),
    ],
    transitions=[
        Transition("adjust", "opened", "=", by="treasurer", label="Ubah Invoice", tone="aside",
            form=ADJUSTMENT, guard="basis_if_discount & deposit_sufficient", event="invoice.adjusted"),
        Transition("bill", ("opened", "deferred"), "billed", by="treasurer", label="Kirim Pembayaran Pelanggan",
            tone="forward", undo="cancel_ebilling",
            form=BILL, guard="total_positive & code_unique & not_already_expired", event="invoice.billed"),
        Transition("cancel_ebilling", "billed", "opened", by="treasurer", label="Batalkan E-billing", tone="back",
            form=REASON, event="invoice.reopened"),
        Transition("expire", "billed", "expired", by="system", guard="is_past_expiry", event="invoice.expired"),
        Transition("request_again", "expired", "opened", by="customer", label="Permohonan E-billing Kembali",
            tone="forward",
            for_customer=("customer_service", "treasurer"), form=NOTE, event="invoice.reopened"),
        Transition("confirm", "billed", "paid", by="treasurer", label="Kirim Bukti Bayar",
            tone="forward", undo="reverse",
            form=SHOWN_CODE + RECEIPT,
            guard="not_forwarder & code_is_active & paid_before_expiry & amount_is_total & ntpn_unique", event="invoice.paid"),
        Transition("confirm_earlier", OPEN, "paid", by="treasurer", label="Catat Pembayaran Tepat Waktu",
            tone="aside",
            form=EARLIER + RECEIPT,
            guard="not_forwarder & has_earlier_attempt & paid_before_that_expiry & amount_is_total & ntpn_unique", event="invoice.paid"),
        Transition("pay_by_deposit", "opened", "paid", by="treasurer", label="Bayar Dengan Deposit", tone="forward",
            form=NOTE, guard="not_forwarder & deposit_covers_total", event="invoice.paid"),
        Transition("waive", "opened", "waived", by="treasurer", label="Tetapkan Tanpa Biaya",
            tone="forward", undo="withdraw_clearance",
            form=CLEARANCE, guard="total_is_zero & basis_given", event="invoice.waived"),
        Transition("defer", "opened", "deferred", by="treasurer", label="Proses Berdasarkan Kontrak",
            tone="forward", undo="withdraw_clearance",
            form=CONTRACT, guard="contract_allowed & contract_matches", event="invoice.deferred"),
        Transition("withdraw_clearance", ("waived", "deferred"), "opened", by="treasurer", label="Batalkan Penetapan",
            tone="back",
            form=REASON, guard="order_not_numbered", event="invoice.clearance_withdrawn"),
        Transition("return", "opened", "returned", by="treasurer", label="Kembalikan ke CS", tone="back",
            form=REASON, guard="never_paid_or_cleared", event="invoice.returned"),
        Transition("void", (*OPEN, "deferred"), "voided", by="system", event="invoice.voided"),
        Transition("drop_closed", ("opened", "billed"), "voided", by="system", guard="order_is_closed", event="invoice.voided"),
        Transition("correct_payment", "paid", "=", by="treasurer", label="Perbaiki Bukti Bayar", tone="aside",
            form=CORRECTION, guard="has_receipt & ntpn_unique & paid_before_expiry", event="invoice.corrected"),
        Transition("reverse", "paid", "billed", by="treasurer", label="Batalkan Pelunasan", tone="back",
            form=REASON, guard="order_not_numbered & has_receipt & no_open_refund", event="invoice.payment_reversed"),
    ],
)

EBILLING = Workflow(
    "billing.ebilling", model=EBilling, prefix="ebillings", key="ebilling_id", initial=("issued",),
    root=lambda attempt: attempt.invoice,
    states=[
        State("issued", "AKTIF", step=3),
        State("expired", "KEDALUWARSA", step=3, tone="stopped"),
        State("cancelled", "DIGANTI / DIBATALKAN", tone="stopped"),
        State("paid", "DIBAYAR", step=4, tone="done"),
    ],
    transitions=[
        Transition("expire", "issued", "expired", by="system", guard="is_past_expiry"),
        Transition("cancel", "issued", "cancelled", by="system"),
        Transition("pay", ("issued", "expired", "cancelled"), "paid", by="system"),
        Transition("unpay", "paid", "issued", by="system"),
    ],
)

REFUND = Workflow(
    "billing.refund", model=Refund, prefix="refunds", key="refund_id", initial=("requested",),
    root=lambda refund: refund.invoice, owner=lambda refund: refund.invoice.customer_id,
    states=[
        State("requested", "PERMOHONAN PENGEMBALIAN"),
        State("approved", "DISETUJUI"),
        State("credited", "MASUK DEPOSIT", final=True, tone="done"),
        State("refused", "DITOLAK", final=True, tone="stopped"),
    ],
    transitions=[
        Transition("approve", "requested", "approved", by="head_of_office", label="Setujui Pengembalian",
            tone="forward",
            form=APPROVAL, guard="amount_within_paid", event="refund.approved"),
        Transition("refuse", "requested", "refused", by="head_of_office", label="Tolak Pengembalian", tone="end",
            form=REASON, event="refund.refused"),
        Transition("return", "approved", "requested", by="treasurer", label="Kembalikan ke Kepala", tone="back",
            form=SENT_BACK, event="refund.returned"),
        Transition("credit", "approved", "credited", by="treasurer", label="Masukkan ke Deposit", tone="forward",
            event="refund.credited"),
    ],
)
# fmt: on
