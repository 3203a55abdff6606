"""What billing reads of other services' events, and the query of its lists. Unknown fields are ignored."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from chassis.lists import ListArgs

MONEY = validate.Range(min=0)
REVISION = validate.Range(min=0)


class Line(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    sample_id = fields.UUID(load_default=None, allow_none=True)
    label = fields.String(required=True)
    standard = fields.String(load_default=None, allow_none=True)
    amount = fields.Integer(required=True, validate=MONEY)


class OrderForwarded(ma.Schema):
    order_id = fields.UUID(required=True)
    pre_number = fields.String(required=True)
    revision = fields.Integer(required=True, validate=validate.Range(min=1))
    customer_id = fields.UUID(required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    certificate_amount = fields.Integer(load_default=0, validate=MONEY)
    forwarded_by = fields.String(required=True)
    ordered_at = fields.AwareDateTime(load_default=None, allow_none=True)
    sample_origin = fields.String(load_default="Bawa Sendiri")


class OrderClosed(ma.Schema):
    """Recalled or cancelled."""

    order_id = fields.UUID(required=True)
    revision = fields.Integer(required=True, validate=REVISION)
    refund = fields.String(load_default=None, allow_none=True)
    reason = fields.String(load_default="", allow_none=True)


class OrderNumbered(ma.Schema):
    order_id = fields.UUID(required=True)
    revision = fields.Integer(required=True, validate=REVISION)
    order_number = fields.String(required=True)


class PartCancelled(ma.Schema):
    """A sample or one of its analyses fell away."""

    order_id = fields.UUID(required=True)
    sample_id = fields.UUID(required=True)
    analysis_id = fields.UUID(load_default=None, allow_none=True)
    amount = fields.Integer(load_default=0, allow_none=True, validate=MONEY)
    refund = fields.String(load_default=None, allow_none=True)
    reason = fields.String(load_default="", allow_none=True)


class Customer(ma.Schema):
    customer_id = fields.UUID(required=True)
    name = fields.String(required=True)
    address = fields.String(load_default=None, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)
    email = fields.String(load_default=None, allow_none=True)
    status = fields.String(load_default="verified")


class DocumentRendered(ma.Schema):
    document_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    render_id = fields.UUID(required=True)
    file_id = fields.UUID(required=True)
    code = fields.String(required=True)
    rendered_at = fields.AwareDateTime(required=True)


class InvoiceListArgs(ListArgs):
    order_id = fields.UUID(load_default=None, allow_none=True)
    service = fields.String(load_default="", validate=validate.Length(max=20))


class ContentArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    render_id = fields.UUID(load_default=None, allow_none=True)
    draft = fields.Boolean(load_default=False)
