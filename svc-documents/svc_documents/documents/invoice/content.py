"""What svc-billing hands over; example: contracts/calls/billing.invoice_content.json."""

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

_filled = validate.Length(min=1)
_amount = validate.Range(min=0)


class Known(Schema):
    class Meta:
        unknown = EXCLUDE


class Customer(Known):
    name = fields.String(required=True, validate=_filled)
    address = fields.String(required=True)
    city = fields.String(load_default=None, allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)
    email = fields.String(load_default=None, allow_none=True)


class Status(Known):
    code = fields.String(required=True)
    label = fields.String(required=True)


class Line(Known):
    label = fields.String(required=True, validate=_filled)
    standard = fields.String(required=True)
    amount = fields.Integer(required=True, validate=_amount, strict=True)


class Ebilling(Known):
    code = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{15}$"))
    issued_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class Payment(Known):
    paid_at = fields.AwareDateTime(required=True)
    ntpn = fields.String(load_default=None, allow_none=True)
    ntb = fields.String(load_default=None, allow_none=True)
    channel = fields.String(load_default=None, allow_none=True)
    amount = fields.Integer(required=True, validate=_amount, strict=True)


class Clearance(Known):
    """Goes on without payment: free of charge or by contract."""

    kind = fields.String(required=True, validate=validate.OneOf(["waived", "deferred"]))
    basis = fields.String(load_default=None, allow_none=True)
    contract_no = fields.String(load_default=None, allow_none=True)
    due_on = fields.Date(load_default=None, allow_none=True)


class InvoiceContent(Known):
    invoice_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    pre_number = fields.String(required=True, validate=_filled)
    order_number = fields.String(load_default=None, allow_none=True)
    revision = fields.Integer(required=True)
    service = fields.String(required=True)
    status = fields.Nested(Status, required=True)
    issued_on = fields.Date(required=True)
    ordered_on = fields.Date(required=True)
    sample_origin = fields.String(load_default=None, allow_none=True)
    customer = fields.Nested(Customer, required=True)
    lines = fields.List(fields.Nested(Line), required=True, validate=_filled)
    lines_amount = fields.Integer(required=True, validate=_amount, strict=True)
    certificate_amount = fields.Integer(required=True, validate=_amount, strict=True)
    sub_total_amount = fields.Integer(required=True, validate=_amount, strict=True)
    discount_percent = fields.Decimal(required=True)
    discount_basis = fields.String(load_default=None, allow_none=True)
    discount_amount = fields.Integer(required=True, validate=_amount, strict=True)
    deposit_amount = fields.Integer(required=True, validate=_amount, strict=True)
    total_amount = fields.Integer(required=True, validate=_amount, strict=True)
    ebilling = fields.Nested(Ebilling, load_default=None, allow_none=True)
    payment = fields.Nested(Payment, load_default=None, allow_none=True)
    clearance = fields.Nested(Clearance, load_default=None, allow_none=True)
    notes = fields.List(fields.String(), load_default=list)

    @validates_schema
    def check_sums(self, content: dict, **_: object) -> None:
        """Nothing is printed that does not add up."""
        lines = sum(line["amount"] for line in content["lines"])
        sub_total = lines + content["certificate_amount"]
        total = sub_total - content["discount_amount"] - content["deposit_amount"]
        if (lines, sub_total, total) != tuple(
            content[name] for name in ("lines_amount", "sub_total_amount", "total_amount")
        ):
            raise ValidationError("Jumlah pada invoice tidak cocok dengan rinciannya.", "total_amount")
