"""Deadlines: e-billings end by themselves, and their customers are told a day before."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from chassis.auth import SYSTEM
from chassis.db import atomic, db, lock, now
from chassis.events import emit
from chassis.schedule import every
from svc_billing.events import facts_of
from svc_billing.models import EBilling, Invoice
from svc_billing.workflow import INVOICE

BATCH = 200


@every(seconds=5)
def expire_due() -> None:
    for invoice_id in _with_active_attempt(EBilling.expires_at <= now()):
        expire(invoice_id)


@every(seconds=60)
def remind_expiring() -> None:
    soon = now() + timedelta(hours=current_app.config["EXPIRING_NOTICE_HOURS"])
    for invoice_id in _with_active_attempt(EBilling.expires_at <= soon, EBilling.reminded_at.is_(None)):
        remind(invoice_id)


@atomic
def expire(invoice_id: uuid.UUID) -> None:
    invoice = lock(db.session.get_one(Invoice, invoice_id))
    if INVOICE.can(invoice, "expire"):
        INVOICE.fire(invoice, "expire")


@atomic
def remind(invoice_id: uuid.UUID) -> None:
    invoice = lock(db.session.get_one(Invoice, invoice_id))
    attempt = invoice.active_attempt
    if invoice.status == "billed" and attempt and attempt.reminded_at is None:
        attempt.reminded_at = now()
        if attempt.expires_at > attempt.reminded_at:
            facts = facts_of(invoice) | {"expires_at": attempt.expires_at}
            emit(
                "billing.invoice.expiring",
                facts,
                partition_key=str(invoice.order_id),
                subject=str(invoice.id),
                actor=SYSTEM.id,
            )


def _with_active_attempt(*conditions: sa.ColumnElement[bool]) -> list[uuid.UUID]:
    query = sa.select(EBilling.invoice_id).where(EBilling.status == "issued", *conditions)
    return list(db.session.scalars(query.order_by(EBilling.expires_at).limit(BATCH)))
