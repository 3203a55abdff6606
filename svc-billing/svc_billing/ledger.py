"""Double entry. What an invoice should have on each account follows from its state; a posting is the difference."""

from __future__ import annotations

import uuid
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chassis.db import db, lock, new_id
from svc_billing.models import DEAD, UNSETTLED, DepositAccount, Entry, Invoice

ACCOUNTS = ("receivable", "cash", "deposit", "revenue")


def target(invoice: Invoice) -> dict[str, int]:
    """Balances in rupiah, debit positive; they sum to zero."""
    if invoice.status in DEAD:
        return {}
    credited = sum(refund.amount for refund in invoice.refunds if refund.status == "credited")
    sold = invoice.sub_total_amount - invoice.discount_amount
    owed = invoice.total_amount if invoice.status in UNSETTLED else 0
    return {
        "receivable": owed,
        "cash": invoice.total_amount - owed,
        "deposit": invoice.deposit_amount - credited,
        "revenue": credited - sold,
    }


def settle(invoice: Invoice, reason: str) -> None:
    """Bring the accounts of `invoice` to what its state says. Changes nothing when they are there already."""
    should, has = target(invoice), balances(invoice)
    post(
        {account: should.get(account, 0) - has.get(account, 0) for account in ACCOUNTS},
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        reason=reason,
    )


def post(amounts: dict[str, int], *, customer_id: uuid.UUID, reason: str, invoice_id: uuid.UUID | None = None) -> None:
    if sum(amounts.values()) != 0:
        raise ValueError(f"entries do not sum to zero: {amounts}")
    posting_id = new_id()
    for account, amount in amounts.items():
        if amount:
            db.session.add(
                Entry(
                    posting_id=posting_id,
                    account=account,
                    amount=amount,
                    customer_id=customer_id,
                    invoice_id=invoice_id,
                    reason=reason,
                )
            )
    db.session.flush()


def balances(invoice: Invoice) -> Counter[str]:
    rows = db.session.execute(
        sa.select(Entry.account, sa.func.sum(Entry.amount))
        .where(Entry.invoice_id == invoice.id)
        .group_by(Entry.account)
    )
    return Counter({account: int(amount) for account, amount in rows})


def deposit_of(customer_id: uuid.UUID) -> int:
    """What the office holds for a customer, in rupiah."""
    total = db.session.scalar(
        sa.select(sa.func.sum(Entry.amount)).where(Entry.customer_id == customer_id, Entry.account == "deposit")
    )
    return -int(total or 0)


def lock_deposit(customer_id: uuid.UUID) -> None:
    """Two invoices of one customer must not spend the same deposit."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(DepositAccount).values(id=customer_id).on_conflict_do_nothing())
    lock(db.session.get_one(DepositAccount, customer_id))


def faults() -> list[str]:
    """Postings that do not sum to zero and deposits below zero; empty when the books are right."""
    crooked = sa.select(Entry.posting_id).group_by(Entry.posting_id).having(sa.func.sum(Entry.amount) != 0)
    overdrawn = (
        sa.select(Entry.customer_id)
        .where(Entry.account == "deposit")
        .group_by(Entry.customer_id)
        .having(sa.func.sum(Entry.amount) > 0)
    )
    return [f"posting {row} does not sum to zero" for row in db.session.scalars(crooked)] + [
        f"deposit of {row} is below zero" for row in db.session.scalars(overdrawn)
    ]
