"""The rules about invoices: opened by a forwarded order, closed by a cancelled one, and what each act changes."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from chassis import history
from chassis.auth import SYSTEM, Principal
from chassis.db import db, lock
from chassis.events import TooEarly
from chassis.problems import NotFound
from chassis.workflow import Act
from svc_billing import ebillings, ledger, printing, refunds
from svc_billing.models import DEAD, DocumentCopy, Invoice, InvoiceLine
from svc_billing.money import add_up
from svc_billing.visibility import invoices_of
from svc_billing.workflow import INVOICE


def get(invoice_id: uuid.UUID, seen_by: Principal) -> Invoice:
    invoice = db.session.scalar(sa.select(Invoice).where(Invoice.id == invoice_id, invoices_of(seen_by)))
    if invoice is None:
        raise NotFound("Tagihan tidak ditemukan.")
    return invoice


def find_latest(order_id: uuid.UUID) -> Invoice | None:
    query = sa.select(Invoice).filter_by(order_id=order_id).order_by(Invoice.revision.desc()).limit(1)
    return db.session.scalar(query)


def open_for_order(facts: dict[str, Any]) -> None:
    """The order was forwarded: freeze its prices. A later revision waits until the one before is closed."""
    latest = find_latest(facts["order_id"])
    if latest and latest.revision == facts["revision"]:
        return
    if latest and latest.revision > facts["revision"]:
        note(latest, "order_forwarded", f"Revisi {facts['revision']} sudah digantikan; diabaikan.")
        return
    if (latest.revision if latest else 0) < facts["revision"] - 1 or (latest and latest.is_live):
        raise TooEarly(f"an earlier revision of order {facts['order_id']} is missing or still live")
    lines = facts.pop("lines")
    totals = add_up(
        (line["amount"] for line in lines),
        certificate_amount=facts["certificate_amount"],
        discount_percent=Invoice.NO_DISCOUNT,
        deposit_amount=0,
    )
    invoice = Invoice(status="opened", **facts, **vars(totals))
    invoice.lines = [InvoiceLine(position=position, **line) for position, line in enumerate(lines, start=1)]
    INVOICE.created(invoice, SYSTEM, event="invoice.opened")
    ledger.settle(invoice, "open")


def current(order_id: uuid.UUID, revision: int, *, about: str) -> Invoice | None:
    """The locked invoice an order's event is about; None when the event has nothing to say to billing any more."""
    if revision == 0:
        return None  # never forwarded
    latest = find_latest(order_id)
    if latest is None or latest.revision < revision:
        raise TooEarly(f"order {order_id} has no invoice of revision {revision} yet")
    lock(latest)
    if latest.revision > revision:
        note(latest, about, f"Revisi {revision} sudah digantikan; diabaikan.")
        return None
    return latest


def close(invoice: Invoice, *, about: str, reason: str, refund: str | None) -> None:
    """The order was recalled or cancelled: nothing more is owed; money already received becomes a refund request."""
    if INVOICE.can(invoice, "void"):
        INVOICE.fire(invoice, "void", form={"reason": reason})
    elif invoice.status not in DEAD and invoice.is_live:
        invoice.is_live = False
        invoice.version += 1
        note(invoice, about, reason)
        if invoice.status == "paid":
            refunds.request_rest(invoice, kind=refund or "deposit", reason=reason, about=about)


def mark_numbered(invoice: Invoice, order_number: str, at: Any) -> None:
    """The analysis numbers are out: payment and clearance can no longer be taken back."""
    if invoice.order_numbered_at is None:
        invoice.order_number, invoice.order_numbered_at = order_number, at
        invoice.version += 1
        note(invoice, "order_numbered", f"Nomor order {order_number} terbit.")


def attach_document(facts: dict[str, Any]) -> None:
    if db.session.get(Invoice, facts["invoice_id"]) is None:
        raise TooEarly(f"no invoice {facts['invoice_id']} yet")
    if db.session.get(DocumentCopy, facts["id"]) is None:
        db.session.add(DocumentCopy(**facts))


def note(invoice: Invoice, transition: str, text: str) -> None:
    """A history row for what happened to an invoice without being one of its acts."""
    history.record(
        invoice.id,
        INVOICE.name,
        invoice.id,
        transition,
        SYSTEM,
        from_status=invoice.status,
        to_status=invoice.status,
        version=invoice.version,
        workflow_version=INVOICE.digest,
        note=text,
    )


@INVOICE.effect("adjust")
def adjust(act: Act) -> None:
    invoice = act.thing
    for name, value in act.form.items():
        if value is not None and value != "":
            setattr(invoice, name, value)
    if not invoice.discount_percent:
        invoice.discount_basis = None
    totals = add_up(
        (line.amount for line in invoice.lines),
        certificate_amount=invoice.certificate_amount,
        discount_percent=invoice.discount_percent,
        deposit_amount=invoice.deposit_amount,
    )
    for name, amount in vars(totals).items():
        setattr(invoice, name, amount)
    ledger.settle(invoice, "adjust")


@INVOICE.effect("pay_by_deposit")
def pay_by_deposit(act: Act) -> None:
    act.thing.paid_at = act.now
    settle_clearance(act)


@INVOICE.effect("waive")
def waive(act: Act) -> None:
    act.thing.clearance_basis = act.form["basis"]
    act.thing.clearance_file_id = act.form["basis_file"]
    settle_clearance(act)


@INVOICE.effect("defer")
def defer(act: Act) -> None:
    act.thing.contract_no, act.thing.due_on = act.form["contract_no"], act.form["due_on"]
    act.thing.clearance_file_id = act.form["contract_file"]
    settle_clearance(act)


def settle_clearance(act: Act) -> None:
    invoice = act.thing
    invoice.clearance_by = act.principal.id
    invoice.settled_at = invoice.settled_at or act.now
    ledger.settle(invoice, act.transition.name)
    printing.freeze(invoice)


@INVOICE.effect("withdraw_clearance")
def withdraw_clearance(act: Act) -> None:
    invoice = act.thing
    for name in ("clearance_basis", "clearance_file_id", "clearance_by", "contract_no", "due_on"):
        setattr(invoice, name, None)
    ledger.settle(invoice, "withdraw_clearance")


@INVOICE.effect("return", "void", "drop_closed")
def end(act: Act) -> None:
    act.thing.is_live = False
    ebillings.cancel_active(act)
    ledger.settle(act.thing, act.transition.name)
