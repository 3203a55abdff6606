"""The rules about billing attempts and the payments made on them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from chassis.db import db
from chassis.problems import BadForm
from chassis.workflow import Act
from svc_billing import ledger, printing
from svc_billing.models import VALIDITY, EBilling, Payment
from svc_billing.workflow import EBILLING, INVOICE


@INVOICE.effect("bill")
def bill(act: Act) -> None:
    invoice, form = act.thing, act.form
    attempt = EBilling(
        status="issued",
        invoice=invoice,
        billing_code=form["billing_code"],
        issued_at=form["issued_at"],
        expires_at=form["issued_at"] + VALIDITY,
        amount=invoice.total_amount,
        scan_file_id=form["scan_file"],
        attached_by=act.principal.id,
    )
    with _unique("billing_code", "Kode billing sudah dipakai."):
        EBILLING.created(attempt, act.principal)
    printing.freeze(invoice)


@INVOICE.effect("cancel_ebilling")
def cancel_active(act: Act) -> None:
    if attempt := act.thing.active_attempt:
        EBILLING.fire(attempt, "cancel", actor=act.principal)


@INVOICE.effect("expire")
def expire(act: Act) -> None:
    EBILLING.fire(act.thing.active_attempt, "expire", actor=act.principal)


@INVOICE.effect("confirm")
def confirm(act: Act) -> None:
    _pay(act, act.thing.active_attempt)


@INVOICE.effect("confirm_earlier")
def confirm_earlier(act: Act) -> None:
    """The money came in time on an attempt that is no longer active; a newer one is not needed any more."""
    cancel_active(act)
    _pay(act, db.session.get_one(EBilling, uuid.UUID(act.form["attempt"])))


def _pay(act: Act, attempt: EBilling) -> None:
    invoice, form = act.thing, act.form
    payment = Payment(
        invoice=invoice,
        ebilling=attempt,
        ntpn=form["ntpn"].upper(),
        ntb=form["ntb"] or None,
        channel=form["channel"] or None,
        amount=form["amount"],
        paid_at=form["paid_at"],
        proof_file_id=form["proof_file"],
        attached_by=act.principal.id,
        recorded_by=act.principal.id,
    )
    with _unique("ntpn", "NTPN sudah dipakai."):
        db.session.add(payment)
        db.session.flush()
    EBILLING.fire(attempt, "pay", actor=act.principal)
    invoice.paid_at = form["paid_at"]
    invoice.settled_at = invoice.settled_at or act.now
    ledger.settle(invoice, act.transition.name)
    printing.freeze(invoice)


@INVOICE.effect("correct_payment")
def correct_payment(act: Act) -> None:
    payment, form = act.thing.payment, act.form
    with _unique("ntpn", "NTPN sudah dipakai."):
        payment.ntpn, payment.ntb = form["ntpn"].upper(), form["ntb"] or None
        payment.paid_at = act.thing.paid_at = form["paid_at"]
        payment.proof_file_id, payment.attached_by = form["proof_file"], act.principal.id
        db.session.flush()
    printing.freeze(act.thing)


@INVOICE.effect("reverse")
def reverse(act: Act) -> None:
    """The proof belonged to another order: its NTPN is free again; an attempt past its expiry expires in settling."""
    payment = act.thing.payment
    payment.reversed_at = act.now
    act.thing.paid_at = None
    EBILLING.fire(payment.ebilling, "unpay", actor=act.principal)
    ledger.settle(act.thing, "reverse")


@contextmanager
def _unique(field: str, message: str) -> Iterator[None]:
    """The unique index has the last word when two people are faster than the guard."""
    try:
        yield
    except IntegrityError as error:
        raise BadForm(message, errors={field: [message]}) from error
