"""Print Nomor Analisis: whose samples have numbers, and what their labels say. A label names no customer."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.orm import selectinload

from chassis.auth import Principal, grant, internal, requires
from chassis.db import db
from chassis.lists import NO_NUL
from chassis.problems import NotFound
from chassis.web import Blueprint, represent
from svc_testing.orders import rules as orders
from svc_testing.orders.models import Order
from svc_testing.samples.models import Sample

PRINTERS = ("customer_service", "lab_coordinator", "admin", "super_admin")
NEWEST = 50

bp = Blueprint("labels", __name__, description="Label nomor analisis")
internal_bp = Blueprint("labels_internal", __name__, internal=True, description="Isi label untuk dicetak")


class LabelArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    q = ma.fields.String(load_default="", validate=[ma.validate.Length(max=60), NO_NUL])


@bp.get("/labels")
@bp.arguments(LabelArgs, location="query")
@bp.response(200)
@requires(*PRINTERS)
def list_labels(args: dict[str, Any]) -> Any:
    """Order yang contoh ujinya bernomor, yang terbaru lebih dahulu"""
    query = _numbered(g.principal).order_by(Order.numbered_at.desc(), Order.id.desc()).limit(NEWEST)
    if wanted := args["q"].strip():
        has_sample = Order.samples.any(Sample.number.contains(wanted, autoescape=True))
        query = query.where(sa.or_(Order.number.contains(wanted, autoescape=True), has_sample))
    return {"items": [_present(order) for order in db.session.scalars(query)]}


@bp.get("/labels/<uuid:order_id>")
@bp.response(200)
@requires(*PRINTERS)
def show_labels(order_id: uuid.UUID) -> Any:
    """Label satu order"""
    order = db.session.scalar(_numbered(g.principal).where(Order.id == order_id))
    if order is None:
        raise NotFound()
    href = f"/api/v1/documents/labels/{order.id}?grant={grant(order.id, 'svc-testing')}"
    return represent(_present(order) | {"links": {"labels": href}})


@internal_bp.get("/orders/<uuid:order_id>/labels")
@internal_bp.response(200)
@internal("svc-documents")
def label_content(order_id: uuid.UUID) -> Any:
    """Isi label untuk dicetak"""
    order = db.session.get(Order, order_id)
    numbered = [sample for sample in order.samples if sample.number] if order else []
    if order is None or not numbered:
        raise NotFound()
    return {"order_number": order.number, "samples": [_label(sample) for sample in numbered]}


def _numbered(principal: Principal) -> sa.Select[Any]:
    seen = sa.select(Order).where(orders.seen_by(principal), Order.number.is_not(None))
    return seen.options(selectinload(Order.samples))


def _present(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.id),
        "number": order.number,
        "numbered_at": order.numbered_at.isoformat() if order.numbered_at else None,
        "sample_numbers": [sample.number for sample in order.samples if sample.number],
    }


def _label(sample: Sample) -> dict[str, Any]:
    zone = ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
    received = sample.received_at
    return {
        "number": sample.number,
        "kind": sample.sample_type,
        "code": sample.code_location,
        "received_on": received.astimezone(zone).date().isoformat() if received else None,
    }
