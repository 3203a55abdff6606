"""What we need of the events we react to."""

from marshmallow import Schema, fields


class OfficeChanged(Schema):
    office = fields.Dict(required=True)


class ReportToPrint(Schema):
    report_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    render_id = fields.String(required=True)


class ReportNamed(Schema):
    report_id = fields.UUID(required=True)


class InvoiceToPrint(Schema):
    invoice_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    render_id = fields.String(required=True)


class InvoiceNamed(Schema):
    invoice_id = fields.UUID(required=True)
