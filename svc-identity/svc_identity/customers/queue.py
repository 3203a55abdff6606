"""Registrations that wait for somebody of the office to look at them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.queues import Lane, Step
from svc_identity.customers.models import Customer
from svc_identity.customers.rules import seen_by
from svc_identity.roles import VERIFIERS


def _unverified(principal: Principal) -> sa.Select[Any]:
    return seen_by(principal).where(Customer.status == "unverified")


def describe_customer(customer: Customer, principal: Principal) -> dict[str, Any]:
    return {
        "kind": "Pelanggan",
        "number": customer.name,
        "title": "",
        "about": customer.city,
        "links": {"self": f"/api/v1/identity/customers/{customer.id}"},
    }


QUEUE = (
    Lane(
        box="new",
        label="Pendaftaran Baru",
        roles=VERIFIERS,
        href="/api/v1/identity/customers?box=new",
        rows=_unverified,
        since=Customer.created_at,
        describe=describe_customer,
        steps=(Step(names=("verify",)),),
    ),
)
