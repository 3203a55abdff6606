"""When an act may be done, and what is said when it may not. Texts: testing_workflow §5."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from chassis.db import db, lock
from chassis.numbering import local
from chassis.workflow import Act
from svc_billing import ledger
from svc_billing.models import VALIDITY, Contract, EBilling, Invoice, Payment
from svc_billing.money import add_up, rupiah
from svc_billing.workflow import EBILLING, INVOICE, REFUND

LATE = "Pembayaran setelah kedaluwarsa tidak sah; terbitkan e-billing baru."
NO_CONTRACT = "Pelanggan tidak mempunyai kontrak yang berlaku."
EARLY = "Tanggal bayar mendahului tanggal billing."
NOT_YET = "Tanggal Bukti belum tiba."


# adjusting


@INVOICE.guard("basis_if_discount", field="discount_basis")
def basis_if_discount(act: Act) -> str | None:
    percent, basis = act.form["discount_percent"], act.form["discount_basis"]
    if percent is None:
        percent = act.thing.discount_percent
        basis = basis or act.thing.discount_basis
    return "Isi dasar hukum potongan." if percent > 0 and not basis else None


@INVOICE.guard("deposit_sufficient", field="deposit_amount")
def deposit_sufficient(act: Act) -> str | None:
    invoice, wanted = act.thing, act.form["deposit_amount"]
    if wanted is None:
        wanted = invoice.deposit_amount
    if wanted:
        ledger.lock_deposit(invoice.customer_id)
    if wanted > invoice.deposit_amount + ledger.deposit_of(invoice.customer_id):
        return "Saldo deposit tidak cukup."
    return "Deposit melebihi tagihan." if _total_with(invoice, act.form, wanted) < 0 else None


def _total_with(invoice: Invoice, form: dict[str, Any], deposit_amount: int) -> int:
    chosen: dict[str, Any] = {
        name: form[name] if form[name] is not None else getattr(invoice, name)
        for name in ("certificate_amount", "discount_percent")
    }
    return add_up((line.amount for line in invoice.lines), deposit_amount=deposit_amount, **chosen).total_amount


# billing


@INVOICE.guard("total_positive")
def total_positive(act: Act) -> str | None:
    return None if act.thing.total_amount > 0 else "Total Rp 0; gunakan Tetapkan Tanpa Biaya."


@INVOICE.guard("code_unique", field="billing_code")
def code_unique(act: Act) -> str | None:
    code = act.form["billing_code"]
    number = db.session.scalar(sa.select(Invoice.pre_number).join(EBilling).where(EBilling.billing_code == code))
    return f"Kode billing sudah dipakai pada {number}." if number else None


@INVOICE.guard("not_already_expired", field="issued_at")
def not_already_expired(act: Act) -> str | None:
    issued_at = act.form["issued_at"]
    if issued_at > act.now:
        return NOT_YET
    return None if act.now - issued_at < VALIDITY else "Kode billing ini sudah kedaluwarsa."


@INVOICE.guard("is_past_expiry")
def invoice_is_past_expiry(act: Act) -> str | None:
    attempt = act.thing.active_attempt
    return None if attempt and act.now >= attempt.expires_at else "Belum kedaluwarsa."


@EBILLING.guard("is_past_expiry")
def is_past_expiry(act: Act) -> str | None:
    return None if act.now >= act.thing.expires_at else "Belum kedaluwarsa."


@INVOICE.guard("order_is_closed")
def order_is_closed(act: Act) -> str | None:
    return "Order masih berjalan." if act.thing.is_live else None


# paying


@INVOICE.guard("not_forwarder", person=True)
def not_forwarder(act: Act) -> str | None:
    forwarded = act.thing.forwarded_by == act.principal.id
    return "Yang meneruskan order tidak boleh mengesahkan pembayaran." if forwarded else None


@INVOICE.guard("code_is_active", field="billing_code")
def code_is_active(act: Act) -> str | None:
    given, attempt = act.form["billing_code"], act.thing.active_attempt
    return (
        f"Kode billing yang aktif adalah {attempt.billing_code}." if given and given != attempt.billing_code else None
    )


@INVOICE.guard("has_earlier_attempt")
def has_earlier_attempt(act: Act) -> str | None:
    return None if act.thing.earlier_attempts else "Belum ada e-billing yang kedaluwarsa atau diganti."


@INVOICE.guard("paid_before_expiry", field="paid_at")
def paid_before_expiry(act: Act) -> str | None:
    return _in_time(act, act.thing.bill_attempt)


@INVOICE.guard("paid_before_that_expiry", field="paid_at")
def paid_before_that_expiry(act: Act) -> str | None:
    return _in_time(act, db.session.get_one(EBilling, uuid.UUID(act.form["attempt"])))


def _in_time(act: Act, attempt: EBilling) -> str | None:
    paid_at: datetime = act.form["paid_at"]
    if paid_at > act.now:
        return NOT_YET
    if paid_at < attempt.issued_at:
        return EARLY
    return None if attempt.was_valid_at(paid_at) else LATE


@INVOICE.guard("amount_is_total", field="amount")
def amount_is_total(act: Act) -> str | None:
    total = act.thing.total_amount
    return None if act.form["amount"] == total else f"Jumlah tidak sama dengan tagihan {rupiah(total)}."


@INVOICE.guard("ntpn_unique", field="ntpn")
def ntpn_unique(act: Act) -> str | None:
    valid = sa.and_(Payment.ntpn == act.form["ntpn"].upper(), Payment.reversed_at.is_(None))
    if act.transition.name == "correct_payment":
        valid = sa.and_(valid, Payment.invoice_id != act.thing.id)
    number = db.session.scalar(sa.select(Invoice.pre_number).join(Payment).where(valid))
    return f"NTPN sudah dipakai pada {number}." if number else None


@INVOICE.guard("deposit_covers_total")
def deposit_covers_total(act: Act) -> str | None:
    covered = act.thing.total_amount == 0 and act.thing.deposit_amount > 0
    return None if covered else "Deposit tidak menutup tagihan."


@INVOICE.guard("has_receipt")
def has_receipt(act: Act) -> str | None:
    return None if act.thing.payment else "Tagihan ini dibayar dengan deposit."


# clearing without money


@INVOICE.guard("total_is_zero")
def total_is_zero(act: Act) -> str | None:
    is_free = act.thing.total_amount == 0 and act.thing.deposit_amount == 0
    return None if is_free else "Total tagihan bukan Rp 0."


@INVOICE.guard("basis_given", field="basis")
def basis_given(act: Act) -> str | None:
    return None if act.form["basis"] else "Isi dasar hukum."


@INVOICE.guard("contract_allowed")
def contract_allowed(act: Act) -> str | None:
    return None if _usable_contracts(act) else NO_CONTRACT


@INVOICE.guard("contract_matches", field="contract_no")
def contract_matches(act: Act) -> str | None:
    contract = next((one for one in _usable_contracts(act) if one.number == act.form["contract_no"]), None)
    if contract is None or not lock(contract).has_room_for(act.thing):
        return NO_CONTRACT
    return None


def _usable_contracts(act: Act) -> list[Contract]:
    if not current_app.config["CONTRACTS_ALLOWED"]:
        return []
    today = local(act.now).date()
    return [one for one in act.thing.contracts if one.is_valid_on(today) and one.has_room_for(act.thing)]


# going back


@INVOICE.guard("order_not_numbered")
def order_not_numbered(act: Act) -> str | None:
    return "Nomor analisis sudah terbit." if act.thing.order_numbered_at else None


@INVOICE.guard("never_paid_or_cleared")
def never_paid_or_cleared(act: Act) -> str | None:
    return "Order sudah diteruskan; perbaiki tagihan di sini." if act.thing.settled_at else None


@INVOICE.guard("no_open_refund")
def no_open_refund(act: Act) -> str | None:
    return "Ada pengembalian untuk tagihan ini." if act.thing.refund_amount else None


@REFUND.guard("amount_within_paid", field="amount")
def amount_within_paid(act: Act) -> str | None:
    invoice = act.thing.invoice
    others = invoice.refund_amount - act.thing.amount
    return None if act.form["amount"] <= invoice.paid_amount - others else "Melebihi jumlah yang dibayar."
