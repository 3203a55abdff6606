"""Routes that make a draft from something else: an earlier order, or a basket of parameters."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask import g
from marshmallow import validate

from chassis.auth import requires
from chassis.db import atomic
from chassis.web import Blueprint, represent
from svc_testing import presenting
from svc_testing.orders import reordering
from svc_testing.orders import rules as orders
from svc_testing.schemas import OrderForm, SampleForm

bp = Blueprint("drafting", __name__, description="Draf dari order lama atau dari keranjang tarif")

ORDERERS = ("customer", "customer_service")


class BasketForm(OrderForm):
    samples = ma.fields.List(
        ma.fields.Nested(SampleForm),
        required=True,
        validate=validate.Length(min=1, max=50, error="Isi satu sampai 50 sampel."),
    )


@bp.get("/orders/<uuid:order_id>/reorders")
@bp.response(200)
@requires(*ORDERERS)
def show_plan(order_id: uuid.UUID) -> Any:
    """Apa yang akan dipesan bila order ini dipesan lagi"""
    lines = reordering.plan(orders.get(order_id, g.principal))
    return {"samples": [_line(line) for line in lines], "amount": sum(line.amount for line in lines)}


@bp.post("/orders/<uuid:order_id>/reorders")
@bp.response(201)
@requires(*ORDERERS)
@atomic
def order_again(order_id: uuid.UUID) -> Any:
    """Pesan lagi: draf baru dengan sampel yang sama"""
    return _drafted(*reordering.order_again(orders.get(order_id, g.principal), g.principal))


@bp.post("/baskets")
@bp.arguments(BasketForm)
@bp.response(201)
@requires(*ORDERERS)
@atomic
def order_basket(form: dict[str, Any]) -> Any:
    """Draf order dari parameter yang dipilih pada Cek Tarif"""
    return _drafted(*reordering.order_basket(form, g.principal))


def _drafted(order: Any, notes: list[str]) -> Any:
    return represent(presenting.order_detail(order, g.principal) | {"notes": notes}, 201)


def _line(line: reordering.Line) -> dict[str, Any]:
    standard = line.standard
    return {
        "sample_type": line.sample_type,
        "code_location": line.code_location,
        "standard": {"id": str(standard.id), "name": f"{standard.code} {standard.title}"} if standard else None,
        "parameters": [presenting.catalogue_parameter(parameter) for parameter in line.parameters],
        "amount": line.amount,
        "notes": line.notes,
    }
