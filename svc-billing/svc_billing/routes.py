from __future__ import annotations

import uuid
from typing import Any

from flask import g

from chassis.auth import internal, signed_in
from chassis.web import Blueprint, represent
from svc_billing import boxes, invoices, printing, refunds
from svc_billing.representations import invoice_in_full, invoice_row, refund_row
from svc_billing.schemas import ContentArgs, InvoiceListArgs
from svc_billing.workflow import INVOICE, REFUND

bp = Blueprint("billing", __name__, description="Tagihan, e-billing dan pengembalian")
internals = Blueprint("billing_internal", __name__, internal=True, description="Untuk layanan lain")

bp.actions(INVOICE, load=invoices.get, dump=invoice_in_full)
bp.actions(REFUND, load=refunds.get, dump=refund_row)


@bp.get("/invoices")
@bp.arguments(InvoiceListArgs, location="query")
@bp.response(200)
@signed_in
def list_invoices(args: dict[str, Any]) -> Any:
    """Daftar tagihan"""
    query = boxes.list_invoices(g.principal, args["box"])
    return boxes.INVOICES.answer(query, args, lambda rows: [invoice_row(row, g.principal) for row in rows])


@bp.get("/invoices/<uuid:invoice_id>")
@bp.response(200)
@signed_in
def show_invoice(invoice_id: uuid.UUID) -> Any:
    """Satu tagihan"""
    return represent(invoice_in_full(invoices.get(invoice_id, g.principal), g.principal))


@bp.get("/refunds")
@bp.arguments(InvoiceListArgs, location="query")
@bp.response(200)
@signed_in
def list_refunds(args: dict[str, Any]) -> Any:
    """Daftar pengembalian"""
    query = boxes.list_refunds(g.principal, args["box"])
    return boxes.REFUNDS.answer(query, args, lambda rows: [refund_row(row, g.principal) for row in rows])


@bp.get("/refunds/<uuid:refund_id>")
@bp.response(200)
@signed_in
def show_refund(refund_id: uuid.UUID) -> Any:
    """Satu pengembalian"""
    return represent(refund_row(refunds.get(refund_id, g.principal), g.principal))


@bp.get("/worklists")
@bp.response(200)
@signed_in
def list_worklists() -> Any:
    """Kotak kerja peran saya"""
    return boxes.worklists(g.principal)


@internals.get("/invoices/<uuid:invoice_id>/content")
@internals.arguments(ContentArgs, location="query")
@internals.response(200)
@internal("svc-documents")
def invoice_content(args: dict[str, Any], invoice_id: uuid.UUID) -> Any:
    """Isi invoice untuk dicetak"""
    if args["draft"]:
        return printing.draft_of(invoice_id)
    return printing.content_of(invoice_id, render_id=args["render_id"])
