"""What svc-documents prints: the invoice as it stood when it was billed, paid or cleared."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.db import db, new_id
from chassis.numbering import local
from chassis.problems import NotFound, Unavailable
from svc_billing.models import EBilling, Invoice, InvoicePrint, Payment
from svc_billing.workflow import CHANNELS, INVOICE

SERVICES = {
    "testing": "Pengujian",
    "calibration": "Kalibrasi",
    "certification": "Sertifikasi Produk",
    "training": "Bimtek",
}
NOTES = {
    "billed": ["Pembayaran hanya dapat dilakukan sebelum tanggal kedaluwarsa kode billing."],
    "paid": ["Tagihan ini sudah lunas."],
    "waived": ["Tagihan ini ditetapkan tanpa biaya."],
    "deferred": ["Tagihan ini dibayar kemudian berdasarkan kontrak."],
}


def freeze(invoice: Invoice) -> InvoicePrint:
    frozen = InvoicePrint(id=new_id(), invoice=invoice, content=_content(invoice))
    db.session.add(frozen)
    return frozen


def content_of(invoice_id: uuid.UUID, *, render_id: uuid.UUID | None = None) -> dict[str, Any]:
    """The frozen content; the newest one unless `render_id` names another."""
    query = sa.select(InvoicePrint).filter_by(invoice_id=invoice_id).order_by(InvoicePrint.id.desc()).limit(1)
    if render_id is not None:
        query = query.filter_by(id=render_id)
    frozen = db.session.scalar(query)
    if frozen is None:
        raise NotFound("Belum ada isi invoice yang dicetak.")
    return frozen.content | {"customer": frozen.content["customer"] or _customer(frozen.invoice, needed=True)}


def draft_of(invoice_id: uuid.UUID) -> dict[str, Any]:
    """The content as it would be printed now."""
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound("Tagihan tidak ditemukan.")
    return _content(invoice) | {"customer": _customer(invoice, needed=True)}


def _customer(invoice: Invoice, *, needed: bool = False) -> dict[str, str] | None:
    """Frozen with the rest; when the customer's copy has not arrived by then, taken from the first that does."""
    if invoice.customer is None:
        if needed:
            raise Unavailable("Nama pelanggan belum diterima; coba lagi.", headers={"Retry-After": "5"})
        return None
    return {name: getattr(invoice.customer, name) or "" for name in ("name", "address", "city", "phone", "email")}


def _content(invoice: Invoice) -> dict[str, Any]:
    attempt = invoice.bill_attempt
    return {
        "invoice_id": str(invoice.id),
        "order_id": str(invoice.order_id),
        "pre_number": invoice.pre_number,
        "order_number": invoice.order_number,
        "revision": invoice.revision,
        "service": SERVICES.get(invoice.service, invoice.service),
        "status": {"code": invoice.status, "label": INVOICE.label(invoice.status)},
        "issued_on": local(None).date().isoformat(),
        "ordered_on": local(invoice.ordered_at).date().isoformat(),
        "sample_origin": invoice.sample_origin,
        "customer": _customer(invoice),
        "lines": [
            {"label": line.label, "standard": line.standard or "", "amount": line.amount} for line in invoice.lines
        ],
        "lines_amount": invoice.lines_amount,
        "certificate_amount": invoice.certificate_amount,
        "sub_total_amount": invoice.sub_total_amount,
        "discount_percent": format(invoice.discount_percent.normalize(), "f"),
        "discount_basis": invoice.discount_basis,
        "discount_amount": invoice.discount_amount,
        "deposit_amount": invoice.deposit_amount,
        "total_amount": invoice.total_amount,
        "ebilling": _ebilling(attempt) if attempt else None,
        "payment": _payment(invoice.payment) if invoice.payment else None,
        "clearance": _clearance(invoice),
        "notes": NOTES.get(invoice.status, []),
    }


def _ebilling(attempt: EBilling) -> dict[str, Any]:
    return {
        "code": attempt.billing_code,
        "issued_at": _moment(attempt.issued_at),
        "expires_at": _moment(attempt.expires_at),
    }


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "ntpn": payment.ntpn,
        "ntb": payment.ntb,
        "channel": dict(CHANNELS).get(payment.channel or ""),
        "paid_at": _moment(payment.paid_at),
        "amount": payment.amount,
    }


def _clearance(invoice: Invoice) -> dict[str, Any] | None:
    if invoice.status == "waived":
        return {"kind": "waived", "basis": invoice.clearance_basis, "contract_no": None, "due_on": None}
    if invoice.status == "deferred" and invoice.due_on:
        return {
            "kind": "deferred",
            "basis": None,
            "contract_no": invoice.contract_no,
            "due_on": invoice.due_on.isoformat(),
        }
    return None


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
