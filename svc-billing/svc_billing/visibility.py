"""The row rule: the money desk sees every invoice and refund, a customer its own, nobody else any."""

from __future__ import annotations

import sqlalchemy as sa

from chassis.auth import Principal
from svc_billing.models import Invoice, Refund

SEES_ALL = ("treasurer", "customer_service", "head_of_office", "super_admin", "admin")


def invoices_of(principal: Principal) -> sa.ColumnElement[bool]:
    if principal.has(*SEES_ALL):
        return sa.true()
    if principal.has("customer") and principal.customer_id:
        return Invoice.customer_id == principal.customer_uuid
    return sa.false()


def refunds_of(principal: Principal) -> sa.ColumnElement[bool]:
    return Refund.invoice_id.in_(sa.select(Invoice.id).where(invoices_of(principal)))
