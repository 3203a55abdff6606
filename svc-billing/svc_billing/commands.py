from __future__ import annotations

import uuid
from datetime import datetime

import click
from flask.cli import with_appcontext

from chassis.db import atomic, db
from svc_billing import ledger
from svc_billing.models import Contract


@click.group("billing")
def cli() -> None:
    """Contracts and books."""


@cli.command("add-contract")
@click.argument("number")
@click.argument("customer_id", type=click.UUID)
@click.argument("valid_from", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("valid_to", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("ceiling_amount", type=int)
@with_appcontext
@atomic
def add_contract(
    number: str, customer_id: uuid.UUID, valid_from: datetime, valid_to: datetime, ceiling_amount: int
) -> None:
    """Let a customer pay later, up to a ceiling in rupiah (works where CONTRACTS_ALLOWED is on)."""
    span = {"valid_from": valid_from.date(), "valid_to": valid_to.date()}
    db.session.add(Contract(number=number, customer_id=customer_id, ceiling_amount=ceiling_amount, **span))


@cli.command("check-books")
@with_appcontext
def check_books() -> None:
    """Does every posting sum to zero, and is no deposit below zero?"""
    faults = ledger.faults()
    print("\n".join(faults) if faults else "the books are right")
    raise SystemExit(1 if faults else 0)
