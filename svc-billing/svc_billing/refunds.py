"""Money to give back: asked for by what happens to an order, decided by the head of the office."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from chassis.auth import SYSTEM, Principal
from chassis.db import db
from chassis.problems import NotFound
from chassis.workflow import Act
from svc_billing import ledger
from svc_billing.models import CancelledPart, Invoice, Refund
from svc_billing.visibility import refunds_of
from svc_billing.workflow import REFUND

NONE = "tanpa"


def get(refund_id: uuid.UUID, seen_by: Principal) -> Refund:
    refund = db.session.scalar(sa.select(Refund).where(Refund.id == refund_id, refunds_of(seen_by)))
    if refund is None:
        raise NotFound("Pengembalian tidak ditemukan.")
    return refund


def request_rest(invoice: Invoice, *, kind: str, reason: str, about: str) -> None:
    """Ask for what was paid, without what cancelled samples have already settled one way or the other."""
    settled = sum(part.amount for part in invoice.cancelled_parts)
    rest = invoice.paid_amount - max(settled, invoice.refund_amount)
    request(invoice, cause=f"{about}:{invoice.order_id}:{invoice.revision}", kind=kind, amount=rest, reason=reason)


def request_part(
    invoice: Invoice, *, kind: str | None, amount: int, cause: str, sample_id: uuid.UUID, reason: str
) -> None:
    """One sample or parameter fell away; a sample is worth what its cancelled parameters have left of it."""
    if any(part.cause == cause for part in invoice.cancelled_parts):
        return
    amount -= sum(part.amount for part in invoice.cancelled_parts if part.sample_id == sample_id)
    db.session.add(CancelledPart(invoice=invoice, cause=cause, sample_id=sample_id, amount=max(amount, 0)))
    if invoice.status == "paid":
        request(invoice, cause=cause, kind=kind or "deposit", amount=amount, reason=reason)


def request(invoice: Invoice, *, cause: str, kind: str, amount: int, reason: str) -> Refund | None:
    """At most what was paid and is not asked back yet; nothing when the order's desk chose no refund."""
    amount = min(amount, invoice.paid_amount - invoice.refund_amount)
    if kind == NONE or amount <= 0 or db.session.scalar(sa.select(Refund.id).filter_by(cause=cause)):
        return None
    refund = Refund(
        status="requested",
        invoice=invoice,
        cause=cause,
        kind=kind,
        reason=reason,
        requested_amount=amount,
        amount=amount,
    )
    created: Refund = REFUND.created(refund, SYSTEM, event="refund.requested", note=reason)
    return created


@REFUND.effect("approve")
def approve(act: Act) -> None:
    act.thing.amount, act.thing.basis = act.form["amount"], act.form["basis"]


@REFUND.effect("return")
def send_back(act: Act) -> None:
    act.thing.amount, act.thing.basis = act.thing.requested_amount, None


@REFUND.effect("credit")
def credit(act: Act) -> None:
    ledger.settle(act.thing.invoice, "credit")
