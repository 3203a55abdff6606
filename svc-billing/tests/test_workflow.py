"""What is offered is what is accepted, for every state, role and guard; and it is what the table of the domain says."""

from __future__ import annotations

import uuid

import pytest

from chassis.auth import Principal
from chassis.db import atomic
from chassis.problems import NotAllowed, Refused, WrongState
from svc_billing import refunds
from svc_billing.workflow import EBILLING, INVOICE, REFUND

ROLES = (
    "customer super_admin admin customer_service treasurer lab_coordinator supervisor analyst report_typist sampling_supervisor "
    "sampling_officer calibration_officer partnership_officer certification_head evaluator reviewer certification_admin "
    "training_admin instructor administration head_of_office"
).split()
PERSON = str(uuid.uuid4())


class Undone(Exception):
    """Rolls a trial back."""


def numbered(desk, invoice_id):
    desk.tell("order.numbered", desk.see(invoice_id), order_number="00152", samples=[])


def free(desk, invoice_id):
    desk.done(invoice_id, "adjust", discount_percent="100", discount_basis="Keputusan contoh")


def with_contract(desk, invoice_id):
    desk.add_contract()


def asked_again(desk, invoice_id):
    desk.done(invoice_id, "request_again", by=desk.customer)


def billed_again(desk, invoice_id):
    asked_again(desk, invoice_id)
    desk.done(invoice_id, "bill", **desk.bill_form())


def deferred_once(desk, invoice_id):
    desk.done(invoice_id, "withdraw_clearance", reason="Keliru")


def with_deposit(desk, invoice_id):
    other = desk.make("paid")
    desk.tell("order.cancelled", desk.see(other), refund="deposit", reason="Batal")
    refund_id = desk.see(other)["refunds"][0]["id"]
    desk.done(refund_id, "approve", of="refunds", by=desk.as_("head_of_office"), amount=desk.TOTAL, basis="Keputusan")
    desk.done(refund_id, "credit", of="refunds")
    desk.done(invoice_id, "adjust", deposit_amount=desk.TOTAL)


def paid_by_deposit(desk, invoice_id):
    with_deposit(desk, invoice_id)
    desk.done(invoice_id, "pay_by_deposit")


def cancelled_when_paid(desk, invoice_id):
    desk.tell("order.cancelled", desk.see(invoice_id), refund="deposit", reason="Batal")


def forwarded_by_the_treasurer(desk, invoice_id):
    """`make` is told by the name."""


# state, what else happened → what the treasurer may do (testing_workflow §3.5)
TABLE = [
    ("opened", None, "adjust bill return"),
    ("opened", with_contract, "adjust bill return defer"),
    ("opened", free, "adjust waive return"),
    ("opened", with_deposit, "adjust pay_by_deposit return"),
    ("expired", asked_again, "adjust bill return confirm_earlier"),
    ("deferred", deferred_once, "adjust bill defer"),
    ("opened", forwarded_by_the_treasurer, "adjust bill return"),
    ("billed", None, "cancel_ebilling confirm"),
    ("expired", billed_again, "cancel_ebilling confirm confirm_earlier"),
    ("billed", forwarded_by_the_treasurer, "cancel_ebilling"),
    ("billed", numbered, "cancel_ebilling confirm"),
    ("expired", None, "request_again confirm_earlier"),
    ("expired", forwarded_by_the_treasurer, "request_again"),
    ("paid", None, "correct_payment reverse"),
    ("paid", numbered, "correct_payment"),
    ("paid", cancelled_when_paid, "correct_payment"),
    ("opened", paid_by_deposit, ""),
    ("waived", None, "withdraw_clearance"),
    ("waived", numbered, ""),
    ("deferred", None, "withdraw_clearance bill"),
    ("deferred", numbered, "bill"),
    ("returned", None, ""),
    ("voided", None, ""),
]


@pytest.mark.slow
@pytest.mark.parametrize(("state", "twist", "treasurers"), TABLE)
def test_offered_is_accepted_and_all_else_refused(desk, state, twist, treasurers):
    forwarder = {"forwarded_by": PERSON} if twist is forwarded_by_the_treasurer else {}
    invoice_id = desk.make(state, **forwarder)
    if twist:
        twist(desk, invoice_id)
    now = desk.state_of(invoice_id)
    expected = {role: set() for role in ROLES} | {"treasurer": set(treasurers.split())}
    if now == "expired":
        expected |= {"customer": {"request_again"}, "customer_service": {"request_again"}}
    with desk.app.app_context():
        for role in ROLES:
            for customer_id in (desk.FIRST, desk.OTHER) if role == "customer" else (None,):
                person = Principal(id=PERSON, roles=frozenset({role}), customer_id=customer_id)
                offered = {action["name"] for action in INVOICE.actions(desk.row(invoice_id), person)}
                assert offered == (set() if customer_id == desk.OTHER else expected[role]), (role, customer_id)
                accepted = {name for name in INVOICE.transitions if is_accepted(desk, invoice_id, name, person)}
                assert accepted == offered, (role, customer_id)


def is_accepted(desk, invoice_id, name, person):
    try:
        with atomic():
            row = desk.row(invoice_id)
            INVOICE.act(row, name, person, form=valid_form(desk, row, name, person))
            raise Undone
    except Undone:
        return True
    except (NotAllowed, WrongState, Refused):
        return False


def valid_form(desk, row, name, person):
    total, reason = row.total_amount, {"reason": "Keliru"}
    receipt = desk.receipt(amount=total or 1, paid_at=in_time(desk, row, name).isoformat())
    forms = {
        "adjust": {"certificate_amount": 60_000},
        "bill": desk.bill_form(),
        "confirm": receipt,
        "confirm_earlier": receipt | {"attempt": next((str(a.id) for a in row.earlier_attempts), "")},
        "waive": {"basis": "Keputusan"},
        "defer": {"contract_no": "K-01" if row.contract_no is None else row.contract_no, "due_on": "2026-09-30"},
        "correct_payment": {name: receipt[name] for name in ("ntpn", "paid_at", "proof_file")} | reason,
        "request_again": {} if person.has("customer") else {"requested_by": "Ibu Contoh"},
        "pay_by_deposit": {},
    }
    if name == "defer" and row.settled_at:
        forms["defer"]["contract_no"] = f"K-{row.id}"
    return forms.get(name, reason)


def in_time(desk, row, name):
    attempts = row.earlier_attempts if name == "confirm_earlier" else [a for a in row.attempts if a.status != "expired"]
    return attempts[0].issued_at if attempts else desk.START


REFUNDS = [
    ("requested", {"head_of_office": {"approve", "refuse"}}),
    ("approved", {"treasurer": {"return", "credit"}}),
    ("refused", {}),
    ("credited", {}),
]


@pytest.mark.parametrize(("state", "expected"), REFUNDS)
def test_a_refund_offers_what_it_accepts(desk, state, expected):
    refund_id = make_refund(desk, state)
    forms = {"approve": {"amount": 1, "basis": "x"}, "refuse": {"reason": "x"}, "return": {"note": "x"}, "credit": {}}
    with desk.app.app_context():
        for role in ROLES:
            person = Principal(
                id=PERSON, roles=frozenset({role}), customer_id=desk.FIRST if role == "customer" else None
            )
            accepted = set()
            for name, form in forms.items():
                try:
                    with atomic():
                        row = refunds.get(uuid.UUID(refund_id), Principal(id="x", roles=frozenset({"treasurer"})))
                        offered = {action["name"] for action in REFUND.actions(row, person)}
                        REFUND.act(row, name, person, form=form)
                        accepted.add(name)
                        raise Undone
                except (Undone, NotAllowed, WrongState, Refused):
                    pass
            assert accepted == offered == expected.get(role, set()), role


def make_refund(desk, state):
    invoice_id, head = desk.make("paid"), desk.as_("head_of_office")
    desk.tell("order.cancelled", desk.see(invoice_id), refund="deposit", reason="Batal")
    refund_id = desk.see(invoice_id)["refunds"][0]["id"]
    if state == "refused":
        desk.done(refund_id, "refuse", of="refunds", by=head, reason="Tidak berdasar")
    if state in ("approved", "credited"):
        desk.done(refund_id, "approve", of="refunds", by=head, amount=desk.TOTAL, basis="Keputusan")
    if state == "credited":
        desk.done(refund_id, "credit", of="refunds")
    return refund_id


@pytest.mark.parametrize("flow", [INVOICE, EBILLING, REFUND], ids=lambda flow: flow.name)
def test_every_state_can_be_reached_and_left(flow):
    assert flow.faults() == []


def test_states_and_labels_are_those_of_the_papers():
    labels = {code: state.label for code, state in INVOICE.states.items()}
    assert labels == {
        "opened": "INVOICE BARU",
        "billed": "PROSES PEMBAYARAN",
        "expired": "EBILLING KEDALUWARSA",
        "paid": "LUNAS",
        "waived": "TANPA BIAYA",
        "deferred": "KONTRAK (BELUM LUNAS)",
        "returned": "DIKEMBALIKAN KE CS",
        "voided": "DIBATALKAN",
    }
