"""Money to give back: asked for by what happens to an order, decided by the head of the office."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from chassis.auth import SYSTEM, Principal
from chassis.db import db
from chassis.problems import NotFound
from chassis.workflow import Act
from svc_billing import ledger
from svc_billing.models import Invoice, Refund
from svc_billing.workflow import REFUND

NONE = "tanpa"
SEES_REFUNDS = ("treasurer", "head_of_office", "customer_service", "super_admin", "admin")


def visible_to(principal: Principal) -> sa.ColumnElement[bool]:
    if principal.has(*SEES_REFUNDS):
        return sa.true()
    if principal.has("customer") and principal.customer_id:
        own = sa.select(Invoice.id).where(Invoice.customer_id == principal.customer_uuid)
        return Refund.invoice_id.in_(own)
    return sa.false()


def get(refund_id: uuid.UUID, seen_by: Principal) -> Refund:
    refund = db.session.scalar(sa.select(Refund).where(Refund.id == refund_id, visible_to(seen_by)))
    if refund is None:
        raise NotFound("Pengembalian tidak ditemukan.")
    return refund


def request_rest(invoice: Invoice, *, kind: str, reason: str, about: str) -> None:
    """Ask for what was paid, without what withdrawn samples have already settled one way or the other."""
    rest = invoice.paid_amount - max(invoice.withdrawn_amount, invoice.refund_amount)
    request(invoice, cause=f"{about}:{invoice.order_id}:{invoice.revision}", kind=kind, amount=rest, reason=reason)


def request_part(invoice: Invoice, *, kind: str | None, amount: int, cause: str, reason: str) -> None:
    """One sample or parameter fell away."""
    invoice.withdrawn_amount += amount
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
