"""Events this service reacts to. Each may come twice, late, or early; TooEarly asks for it again."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from chassis.auth import SYSTEM
from chassis.db import db, lock
from chassis.events import Event, TooEarly, on
from chassis.history import record
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import ORDER
from svc_testing.people import rules as people
from svc_testing.people.models import Absence, Customer, Office
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.schemas import (
    AbsenceChanged,
    CalendarChanged,
    CustomerChanged,
    DocumentFailed,
    DocumentRendered,
    InvoiceChanged,
    OfficeChanged,
    StaffChanged,
)

WITHOUT_INVOICE = ("drafted", "submitted", "cancelled", "discarded")
BEFORE_NUMBERS = ("invoiced", "billed", "expired", "paid")
FACTS_OF_MONEY = ("pay", "unpay", "unclear")

# the event's participle → the transitions it may mean, the first that fits is fired
OF_INVOICE: dict[str, tuple[str, ...]] = {
    "billed": ("bill",),
    "expired": ("expire",),
    "reopened": ("reopen_billing",),
    "paid": ("pay", "note_payment"),
    "waived": ("clear",),
    "deferred": ("clear",),
    "returned": ("take_back",),
    "payment_reversed": ("unpay", "note_reversal"),
    "clearance_withdrawn": ("unclear", "note_reversal"),
}
TERMS = {"waived": "free", "deferred": "contract"}
BY_EVENT = "billing.invoice."


def _of_invoice(event: Event) -> None:
    if event["service"] != "testing":
        return
    participle = event.type.removeprefix(BY_EVENT)
    order = _order(event["order_id"])
    form = {**event.data, "terms": TERMS.get(participle)}
    if event["revision"] != order.invoice_revision:
        _ignore(order, event)
        return
    fitting = next((name for name in OF_INVOICE[participle] if _fits(order, name, form)), None)
    if fitting:
        order.invoice_id = event["invoice_id"]
        ORDER.fire(order, fitting, form=form)
    elif _is_settled(order, participle):
        _ignore(order, event)
    else:
        raise TooEarly(f"{event.type} while order {order.pre_number} is {order.status}")


def _fits(order: Order, name: str, form: dict[str, Any]) -> bool:
    transition = ORDER.transitions[name]
    if order.status not in transition.sources:
        return False
    return name != "note_payment" or order.paid_at is None


def _is_settled(order: Order, participle: str) -> bool:
    """Nothing left to do for this event: the order has gone where it cannot matter any more (testing order, §4)."""
    if order.status in WITHOUT_INVOICE:
        return True
    about_money = participle in ("paid", "payment_reversed", "clearance_withdrawn")
    if order.status in BEFORE_NUMBERS:
        return (order.payment_terms == "contract" and not about_money) or _is_repeated(order, participle)
    return not about_money or _is_repeated(order, participle)


def _is_repeated(order: Order, participle: str) -> bool:
    """The fact is already there."""
    return participle == "paid" and order.paid_at is not None


for _participle in OF_INVOICE:
    on(BY_EVENT + _participle, InvoiceChanged)(_of_invoice)


def _order(order_id: uuid.UUID) -> Order:
    order = db.session.get(Order, order_id)
    if order is None:
        raise TooEarly(f"order {order_id} is not here yet")
    found: Order = lock(order)
    return found


def _ignore(thing: Any, event: Event) -> None:
    note = f"{event.type} diabaikan: tidak berlaku lagi"
    record(thing.id, "testing.order", thing.id, "ignore", SYSTEM, version=thing.version, note=note)


@on("documents.document.rendered", DocumentRendered)
def issue_report(event: Event) -> None:
    if event["kind"] != "test_report":
        return
    report = _report(event["subject_id"])
    if report.render_id != event["render_id"] or report.status != "approved":
        _note_late_document(report, event)
        return
    form = {key: str(event[key]) for key in ("render_id", "file_id", "sha256", "code")}
    REPORT.fire(report, "issue", form=form)


@on("documents.document.failed", DocumentFailed)
def note_failed_document(event: Event) -> None:
    if event["kind"] != "test_report":
        return
    report = _report(event["subject_id"])
    if report.render_id == event["render_id"] and report.status == "approved":
        report.render_error = event["error"] or "gagal"
    else:
        _note_late_document(report, event)


def _report(report_id: uuid.UUID) -> Report:
    report = db.session.scalar(sa.select(Report).filter_by(id=report_id))
    if report is None:
        raise TooEarly(f"report {report_id} is not here yet")
    lock(report.order)
    found: Report = lock(report)
    return found


def _note_late_document(report: Report, event: Event) -> None:
    note = f"{event.type} diabaikan: PDF sudah diganti"
    root = report.order
    record(root.id, "testing.report", report.id, "ignore", SYSTEM, version=report.version, note=note)


@on("identity.customer.*", CustomerChanged)
def copy_customer(event: Event) -> None:
    facts = {name: value for name, value in event.data.items() if name != "customer_id" and value is not None}
    if event.type.endswith((".verified", ".changed")):
        people.keep(Customer, event["customer_id"], event.time, **facts)


@on("identity.staff.changed", StaffChanged)
def copy_staff(event: Event) -> None:
    data = event.data
    roles = [{"role": grant["role"], "scope": grant.get("scope")} for grant in data["roles"]]
    people.keep_staff(data["user_id"], event.time, name=data["name"], roles=roles, is_active=data["is_active"])


@on("identity.absence.changed", AbsenceChanged)
def copy_absence(event: Event) -> None:
    facts = dict(event.data)
    people.keep(Absence, facts.pop("absence_id"), event.time, **facts)


@on("identity.calendar.changed", CalendarChanged)
def copy_calendar(event: Event) -> None:
    people.keep_calendar(event["year"], event["days"], event.time)


@on("identity.office.changed", OfficeChanged)
def copy_office(event: Event) -> None:
    facts = {name: value or "" for name, value in event["office"].items()}
    people.keep(Office, people.THE_OFFICE, event.time, **facts)
