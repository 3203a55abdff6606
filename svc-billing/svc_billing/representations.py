"""How an invoice and a refund look from outside, dumped for the person who asks."""

from __future__ import annotations

from typing import Any

from chassis.auth import Principal, file_link
from svc_billing.models import EBilling, Invoice, Payment, Refund
from svc_billing.workflow import CHANNELS, EBILLING, INVOICE, REFUND

PAYMENT_LABELS = {
    "opened": "BELUM LUNAS",
    "billed": "BELUM LUNAS",
    "returned": "BELUM LUNAS",
    "expired": "EBILLING KEDALUWARSA",
    "paid": "LUNAS",
    "waived": "TANPA BIAYA",
    "deferred": "KONTRAK",
    "voided": "DIBATALKAN",
}
UNUSUAL_CODE = "Kode billing PNBP biasanya diawali 7, 8 atau 9; periksa kembali kode {code}."


def invoice_row(invoice: Invoice, principal: Principal) -> dict[str, Any]:
    customer, attempt = invoice.customer, invoice.bill_attempt
    return {
        "id": invoice.id,
        "number": invoice.order_number,
        "pre_number": invoice.pre_number,
        "service": invoice.service,
        "order_id": invoice.order_id,
        "customer_id": invoice.customer_id,
        "revision": invoice.revision,
        "version": invoice.version,
        "status": INVOICE.present_status(invoice),
        "payment_status": PAYMENT_LABELS[invoice.status],
        "status_since": invoice.status_since,
        "created_at": invoice.created_at,
        "ordered_at": invoice.ordered_at,
        "sample_origin": invoice.sample_origin,
        "customer": {
            "id": invoice.customer_id,
            "name": customer and customer.name,
            "phone": customer and customer.phone,
        },
        "total_amount": invoice.total_amount,
        "billing_code": attempt and attempt.billing_code,
        "expires_at": attempt and attempt.expires_at,
        "paid_at": invoice.paid_at,
        "actions": INVOICE.actions(invoice, principal),
        "links": {
            "self": f"/api/v1/billing/invoices/{invoice.id}",
            "history": f"/api/v1/billing/invoices/{invoice.id}/history",
        },
    }


def invoice_in_full(invoice: Invoice, principal: Principal) -> dict[str, Any]:
    row = invoice_row(invoice, principal)
    customer = invoice.customer
    document = invoice.documents[-1] if invoice.documents else None
    row["customer"] |= {name: getattr(customer, name, None) for name in ("address", "city", "email")}
    if document:
        row["links"]["document"] = file_link(document.file_id, "svc-billing")
    if invoice.clearance_file_id:
        row["links"]["basis_file"] = file_link(invoice.clearance_file_id, invoice.clearance_by)
    return row | {
        "lines": [
            {"sample_id": line.sample_id, "label": line.label, "standard": line.standard, "amount": line.amount}
            for line in invoice.lines
        ],
        "lines_amount": invoice.lines_amount,
        "certificate_amount": invoice.certificate_amount,
        "sub_total_amount": invoice.sub_total_amount,
        "discount_percent": invoice.discount_percent,
        "discount_basis": invoice.discount_basis,
        "discount_amount": invoice.discount_amount,
        "deposit_amount": invoice.deposit_amount,
        "ebilling": _attempt(invoice.active_attempt) if invoice.active_attempt else None,
        "attempts": [_attempt(attempt) for attempt in invoice.attempts],
        "payment": _payment(invoice.payment) if invoice.payment else None,
        "clearance": _clearance(invoice),
        "document": {"code": document.code, "rendered_at": document.rendered_at} if document else None,
        "refunds": [refund_row(refund, principal) for refund in invoice.refunds],
        "warnings": [
            UNUSUAL_CODE.format(code=attempt.billing_code)
            for attempt in invoice.attempts
            if attempt.status == "issued" and not attempt.has_usual_code
        ],
    }


def _attempt(attempt: EBilling) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "billing_code": attempt.billing_code,
        "issued_at": attempt.issued_at,
        "expires_at": attempt.expires_at,
        "amount": attempt.amount,
        "status": EBILLING.present_status(attempt),
        "links": {"scan": file_link(attempt.scan_file_id, attempt.attached_by)},
    }


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "billing_code": payment.ebilling.billing_code,
        "ntpn": payment.ntpn,
        "ntb": payment.ntb,
        "channel": dict(CHANNELS).get(payment.channel or ""),
        "amount": payment.amount,
        "paid_at": payment.paid_at,
        "recorded_at": payment.recorded_at,
        "links": {"proof": file_link(payment.proof_file_id, payment.attached_by)},
    }


def _clearance(invoice: Invoice) -> dict[str, Any] | None:
    if not invoice.clearance_basis and not invoice.contract_no:
        return None
    return {"basis": invoice.clearance_basis, "contract_no": invoice.contract_no, "due_on": invoice.due_on}


def refund_row(refund: Refund, principal: Principal) -> dict[str, Any]:
    invoice = refund.invoice
    return {
        "id": refund.id,
        "number": None,
        "pre_number": invoice.pre_number,
        "order_number": invoice.order_number,
        "invoice_id": invoice.id,
        "order_id": invoice.order_id,
        "customer_id": invoice.customer_id,
        "customer": {"id": invoice.customer_id, "name": invoice.customer and invoice.customer.name},
        "version": refund.version,
        "status": REFUND.present_status(refund),
        "kind": refund.kind,
        "reason": refund.reason,
        "requested_amount": refund.requested_amount,
        "amount": refund.amount,
        "basis": refund.basis,
        "created_at": refund.created_at,
        "actions": REFUND.actions(refund, principal),
        "links": {
            "self": f"/api/v1/billing/refunds/{refund.id}",
            "history": f"/api/v1/billing/refunds/{refund.id}/history",
            "invoice": f"/api/v1/billing/invoices/{invoice.id}",
        },
    }
