"""The rules about orders."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from chassis import numbering
from chassis.auth import Principal
from chassis.db import db, lock, now
from chassis.history import record
from chassis.problems import BadForm, Conflict, NotFound
from chassis.workflow import Act
from svc_testing.analyses.models import Analysis, Result
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import LAB, ORDER
from svc_testing.people import rules as people
from svc_testing.reports.models import Report
from svc_testing.samples import choosing
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE

OFFICE = ("customer_service", "admin", "super_admin", "head_of_office")
BEYOND_DRAFT = ("treasurer", "sampling_officer", "sampling_supervisor")
SEES_CUSTOMER = (*OFFICE, *BEYOND_DRAFT, "report_typist", "customer")
IN_LABORATORY = (*LAB, "awaited", "archived")


def seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    """Which orders this principal may see at all."""
    if principal.has(*OFFICE):
        return Order.status != "discarded"
    rules: list[sa.ColumnElement[bool]] = []
    if principal.has("customer") and principal.customer_uuid:
        rules.append(sa.and_(Order.customer_id == principal.customer_uuid, Order.status != "discarded"))
    if principal.has(*BEYOND_DRAFT):
        rules.append(Order.status.not_in(("drafted", "discarded")))
    if principal.has("lab_coordinator", "supervisor", "report_typist"):
        rules.append(Order.status.in_(IN_LABORATORY))
    if principal.has("analyst"):
        mine = sa.select(Sample.order_id).join(Analysis).where(Analysis.analyst_id == uuid.UUID(principal.id))
        rules.append(sa.and_(Order.status.in_(IN_LABORATORY), Order.id.in_(mine)))
    return sa.or_(*rules) if rules else sa.false()


DETAIL = (
    selectinload(Order.samples).options(
        selectinload(Sample.parameters).selectinload(SampleParameter.parameter),
        selectinload(Sample.analyses).selectinload(Analysis.results).selectinload(Result.verifications),
        selectinload(Sample.reports),
        selectinload(Sample.standard),
    ),
    selectinload(Order.reports).selectinload(Report.samples),
)


def get(order_id: uuid.UUID, principal: Principal) -> Order:
    order = db.session.scalar(sa.select(Order).filter_by(id=order_id).where(seen_by(principal)).options(*DETAIL))
    if order is None:
        raise NotFound()
    return order


def create(principal: Principal, *, customer_id: uuid.UUID | None, **fields: Any) -> Order:
    """A draft with its pre-order number; CS names the customer, a customer is its own."""
    owner = principal.customer_uuid if principal.has("customer") else customer_id
    customer = people.customer(owner) if owner else None
    if owner is None or customer is None or customer.status != "verified":
        raise BadForm("Pilih pelanggan.", errors={"customer_id": ["Pelanggan tidak dikenal atau belum diverifikasi."]})
    order = Order(
        pre_number=numbering.issue("testing.pre_order"),
        customer_id=owner,
        customer_name=customer.name,
        created_by=principal.id,
        status="drafted",
        report_name=fields.pop("report_name", "") or customer.name,
        report_address=fields.pop("report_address", "") or f"{customer.address}, {customer.city}".strip(", "),
        contact_phone=fields.pop("contact_phone", "") or customer.phone,
        **fields,
    )
    created: Order = ORDER.created(order, principal, event="order.drafted")
    return created


def change(order: Order, principal: Principal, **fields: Any) -> Order:
    """Change the facts of a draft; after submission `edit` and `correct` do it."""
    lock(order)
    if order.status != "drafted":
        raise Conflict("Order sudah dikirim; mintalah perubahan kepada CS.")
    changes = {name: [getattr(order, name), value] for name, value in fields.items() if getattr(order, name) != value}
    for name, value in fields.items():
        setattr(order, name, value)
    order.version += 1
    touch(order)
    facts: dict[str, Any] = {
        "from_status": order.status,
        "to_status": order.status,
        "version": order.version,
        "changes": changes,
    }
    record(order.id, ORDER.name, order.id, "change", principal, workflow_version=ORDER.digest, **facts)
    return order


def touch(order: Order) -> None:
    order.touched_at = now()


@ORDER.effect("submit", "submit_for")
def freeze(act: Act) -> None:
    order = act.thing
    order.submitted_at = order.submitted_at or act.now
    customer = people.customer(order.customer_id)
    order.customer_name = customer.name if customer else order.customer_name
    for sample in order.samples:
        choosing.freeze(sample)


@ORDER.effect("withdraw", "return")
def back_to_draft(act: Act) -> None:
    touch(act.thing)


@ORDER.effect("edit")
def edit(act: Act) -> None:
    samples = {str(sample.id): sample for sample in act.thing.samples}
    for row in act.form["samples"]:
        for name in ("sample_type", "code_location", "remark"):
            if row.get(name):
                setattr(samples[row["sample"]], name, row[name])
    for row in act.form["parameters"]:
        change = choosing.add if row["change"] == "tambah" else choosing.remove
        change(samples[row["sample"]], uuid.UUID(row["parameter"]))
    for sample in act.thing.samples:
        if not sample.parameters:
            raise BadForm(
                "Setiap sampel memerlukan parameter.", errors={"parameters": ["Sisakan paling sedikit satu parameter."]}
            )
        choosing.freeze(sample)


@ORDER.effect("forward")
def forward(act: Act) -> None:
    act.thing.invoice_revision += 1
    act.thing.forwarded_by = act.principal.id


@ORDER.effect("recall", "take_back")
def without_invoice(act: Act) -> None:
    act.thing.invoice_id = None
    act.thing.expires_at = None


@ORDER.effect("bill")
def billed(act: Act) -> None:
    act.thing.expires_at = act.form["expires_at"]


@ORDER.effect("reopen_billing")
def billing_reopened(act: Act) -> None:
    act.thing.expires_at = None


@ORDER.effect("pay", "note_payment")
def paid(act: Act) -> None:
    act.thing.paid_at = act.form["paid_at"]


@ORDER.effect("clear")
def cleared(act: Act) -> None:
    act.thing.payment_terms = act.form["terms"]


@ORDER.effect("unclear")
def uncleared(act: Act) -> None:
    act.thing.payment_terms = None


@ORDER.effect("unpay", "note_reversal")
def unpaid(act: Act) -> None:
    act.thing.paid_at = None
    act.thing.payment_terms = None


@ORDER.effect("number")
def issue_numbers(act: Act) -> None:
    order = act.thing
    order.number = numbering.issue("testing.order", act.now)
    order.numbered_year = numbering.local(act.now).year
    order.numbered_at = act.now
    _number_samples(act)


@ORDER.effect("number_more")
def issue_more_numbers(act: Act) -> None:
    numbered = _number_samples(act)
    if act.thing.status != "numbered":
        for sample in numbered:
            SAMPLE.fire(sample, "distribute", actor=act.principal)


def _number_samples(act: Act) -> list[Sample]:
    accepted = [sample for sample in act.thing.samples if sample.status == "accepted"]
    for sample in accepted:
        SAMPLE.fire(sample, "number", actor=act.principal)
    return accepted


@ORDER.effect("distribute")
def distribute(act: Act) -> None:
    act.thing.distributed_at = act.now
    for sample in act.thing.samples:
        if sample.status == "numbered":
            SAMPLE.fire(sample, "distribute", actor=act.principal)


@ORDER.effect("supplement")
def supplement(act: Act) -> None:
    """A linked draft for more parameters on the same samples, with its own invoice."""
    order = act.thing
    wanted: dict[str, list[uuid.UUID]] = {row["id"]: [] for row in act.form["samples"]}
    for row in act.form["parameters"]:
        wanted.setdefault(row["sample"], []).append(uuid.UUID(row["parameter"]))
    draft = create(
        act.principal,
        customer_id=order.customer_id,
        origin=order.origin,
        parent_id=order.id,
        report_name=order.report_name,
        report_address=order.report_address,
        contact=order.contact,
        contact_phone=order.contact_phone,
    )
    samples = {str(sample.id): sample for sample in order.samples}
    for position, (sample_id, parameters) in enumerate(wanted.items(), start=1):
        choosing.copy(samples[sample_id], draft, position, parameters, act.principal)


@ORDER.effect("correct")
def correct(act: Act) -> None:
    for name in ("report_name", "report_address", "contact"):
        if act.form[name]:
            setattr(act.thing, name, act.form[name])


@ORDER.effect("request_cancellation")
def cancellation_requested(act: Act) -> None:
    act.thing.cancellation_requested_at = act.now


@ORDER.effect("refuse_cancellation", "cancel_paid")
def cancellation_answered(act: Act) -> None:
    act.thing.cancellation_requested_at = None
