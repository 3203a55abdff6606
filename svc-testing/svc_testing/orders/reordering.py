"""Ordering again, and ordering what was put together under Cek Tarif: both make a draft and tell what was left out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db
from chassis.problems import BadForm, Conflict
from svc_testing.catalogue.models import Parameter, Standard
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.people.rules import today
from svc_testing.samples import rules as samples
from svc_testing.samples.models import Sample

KEPT = ("report_name", "report_address", "contact", "contact_phone")


@dataclass
class Line:
    """One sample to be: under the edition in force, with what may be ordered now."""

    sample_type: str
    code_location: str
    remark: str
    standard: Standard | None
    parameters: list[Parameter] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return sum(parameter.price_amount for parameter in self.parameters)


def plan(order: Order) -> list[Line]:
    """The same samples again. Those withdrawn were not tested, so nobody means them."""
    if order.status == "drafted":
        raise Conflict("Order ini masih draf; lanjutkan drafnya.")
    return [_again(sample) for sample in order.samples if sample.status != "withdrawn"]


def order_again(order: Order, principal: Principal) -> tuple[Order, list[str]]:
    lines = plan(order)
    same = {name: getattr(order, name) for name in KEPT}
    return _draft(lines, principal, customer_id=order.customer_id, origin=order.origin, **same)


def order_basket(form: dict[str, Any], principal: Principal) -> tuple[Order, list[str]]:
    """A draft of chosen parameters, one sample for each row."""
    lines = [_chosen(row, at) for at, row in enumerate(form.pop("samples"))]
    return _draft(lines, principal, **form)


def current_edition(standard: Standard) -> Standard | None:
    """This standard or what took its place and is in force today."""
    day, seen = today(), {standard.id}
    found: Standard | None = standard
    while found is not None and not found.is_current(day):
        found = _successor(found, seen)
    return found


def _successor(standard: Standard, seen: set[uuid.UUID]) -> Standard | None:
    named = sa.select(Standard).where(Standard.code == standard.superseded_by, Standard.status != "deleted")
    found = db.session.scalar(named) if standard.superseded_by else None
    if found is None or found.id in seen:
        return None
    seen.add(found.id)
    return found


def _again(sample: Sample) -> Line:
    line = Line(sample.sample_type, sample.code_location, sample.remark, current_edition(sample.standard))
    if line.standard is None:
        line.notes.append(f"{sample.standard.code} tidak berlaku lagi dan belum ada gantinya; sampel ini tidak ikut.")
        return line
    if line.standard.id != sample.standard_id:
        line.notes.append(f"{sample.standard.code} sudah digantikan {line.standard.code}; dipakai edisi yang berlaku.")
    offered = {parameter.name.casefold(): parameter for parameter in line.standard.parameters}
    wanted = [(chosen.name, offered.get(chosen.name.casefold())) for chosen in sample.parameters]
    _take(line, wanted)
    before = sum(chosen.price_amount for chosen in sample.parameters)
    if line.amount != before:
        line.notes.append(f"Harga {sample.code_location} menjadi {_rupiah(line.amount)}, sebelumnya {_rupiah(before)}.")
    return line


def _chosen(row: dict[str, Any], at: int) -> Line:
    standard = db.session.get(Standard, row["standard_id"])
    if standard is None or not standard.is_current(today()):
        raise BadForm("Standar ini tidak berlaku.", errors={f"samples.{at}.standard_id": ["Pilih standar lain."]})
    line = Line(row["sample_type"], row["code_location"], row["remark"], standard)
    offered = {parameter.id: parameter for parameter in standard.parameters}
    if not offered.keys() >= set(row["parameters"]):
        problem = "Parameter tidak termasuk peraturan sampel ini."
        raise BadForm(problem, errors={f"samples.{at}.parameters": [problem]})
    _take(line, [(offered[key].name, offered[key]) for key in dict.fromkeys(row["parameters"])])
    return line


def _take(line: Line, wanted: Iterable[tuple[str, Parameter | None]]) -> None:
    for name, parameter in wanted:
        if parameter is None:
            line.notes.append(f"{name} tidak ada pada edisi yang berlaku dan tidak ikut.")
        elif parameter.is_blocked:
            line.notes.append(f"{name} sedang tidak dapat dipesan ({parameter.blocked_note}) dan tidak ikut.")
        else:
            line.parameters.append(parameter)


def _draft(lines: list[Line], principal: Principal, **facts: Any) -> tuple[Order, list[str]]:
    orderable = [line for line in lines if line.standard and line.parameters]
    notes = [note for line in lines for note in line.notes]
    if not orderable:
        raise Conflict(" ".join(["Tidak ada yang dapat dipesan sekarang.", *notes]))
    order = orders.create(principal, **facts)
    for line in orderable:
        assert line.standard is not None
        samples.add(
            order,
            principal,
            sample_type=line.sample_type,
            code_location=line.code_location,
            remark=line.remark,
            standard=line.standard,
            standard_id=line.standard.id,
            parameters=[parameter.id for parameter in line.parameters],
        )
    db.session.expire(order, ["samples"])
    return order, notes


def _rupiah(amount: int) -> str:
    return "Rp " + f"{amount:,}".replace(",", ".")
