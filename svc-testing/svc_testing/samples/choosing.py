"""Choosing parameters for a sample, and freezing what was chosen."""

from __future__ import annotations

import uuid
from typing import NoReturn

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db
from chassis.problems import BadForm
from svc_testing.catalogue.models import FROZEN, Parameter
from svc_testing.orders.models import Order
from svc_testing.samples.models import Sample, SampleParameter
from svc_testing.samples.workflow import SAMPLE


def choose(sample: Sample, wanted: list[uuid.UUID]) -> None:
    """Make the sample's parameters exactly `wanted`."""
    for chosen in list(sample.parameters):
        if chosen.parameter_id not in wanted:
            sample.parameters.remove(chosen)
    already = {chosen.parameter_id for chosen in sample.parameters}
    for parameter_id in dict.fromkeys(wanted):
        if parameter_id not in already:
            add(sample, parameter_id)


def add(sample: Sample, parameter_id: uuid.UUID) -> None:
    parameter = db.session.get(Parameter, parameter_id)
    if parameter is None or parameter.status == "deleted" or parameter.standard_id != sample.standard_id:
        _refuse("Parameter tidak termasuk peraturan sampel ini.")
    if parameter.is_blocked:
        _refuse(f"Parameter {parameter.name} sedang diblokir: {parameter.blocked_note}.")
    if any(chosen.parameter_id == parameter_id for chosen in sample.parameters):
        return
    chosen = SampleParameter(parameter=parameter, position=parameter.position)
    _copy(parameter, chosen)
    sample.parameters.append(chosen)


def remove(sample: Sample, parameter_id: uuid.UUID) -> None:
    sample.parameters = [chosen for chosen in sample.parameters if chosen.parameter_id != parameter_id]


def freeze(sample: Sample) -> None:
    """Take names, limits, methods, prices and lead times as they are today."""
    sample.standard_name = f"{sample.standard.code} {sample.standard.title}"
    for chosen in sample.parameters:
        _copy(chosen.parameter, chosen)


def copy(sample: Sample, order: Order, position: int, parameters: list[uuid.UUID], principal: Principal) -> Sample:
    """The same physical sample on a supplementary order."""
    twin = Sample(
        order=order,
        position=position,
        status="registered",
        sample_type=sample.sample_type,
        code_location=sample.code_location,
        standard=sample.standard,
        remark=f"Parameter tambahan untuk {sample.number or sample.code_location}",
        supplements_id=sample.id,
    )
    SAMPLE.created(twin, principal)
    choose(twin, parameters)
    return twin


def next_position(order: Order) -> int:
    return (db.session.scalar(sa.select(sa.func.max(Sample.position)).filter_by(order_id=order.id)) or 0) + 1


def _copy(source: Parameter, target: SampleParameter) -> None:
    for name in FROZEN:
        setattr(target, name, getattr(source, name))


def _refuse(reason: str) -> NoReturn:
    raise BadForm(reason, errors={"parameters": [reason]})
