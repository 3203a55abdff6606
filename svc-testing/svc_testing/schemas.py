"""What comes in: bodies of requests and data of events."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from chassis.lists import ListArgs

f = ma.fields
SHORT = validate.Length(max=200, error="Paling banyak 200 huruf.")
LONG = validate.Length(max=2_000, error="Paling banyak 2.000 huruf.")
FILLED = validate.Length(min=1, max=200, error="Wajib diisi, paling banyak 200 huruf.")


class Clean(ma.Schema):
    """Text is trimmed; the empty character is refused because PostgreSQL cannot keep it."""

    @ma.pre_load
    def trim(self, given: object, **_: object) -> object:
        if not isinstance(given, dict):
            return given
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        bad = [name for name, value in trimmed.items() if isinstance(value, str) and "\x00" in value]
        if bad:
            raise ma.ValidationError({name: ["Memuat karakter yang tidak berlaku."] for name in bad})
        return trimmed


class OrderForm(Clean):
    customer_id = f.UUID(load_default=None, allow_none=True)
    origin = f.String(
        load_default="bring_in", validate=validate.OneOf(["bring_in", "sampling"], error="Pilih asal contoh.")
    )
    report_name = f.String(load_default="", validate=SHORT)
    report_address = f.String(load_default="", validate=LONG)
    contact = f.String(load_default="", validate=SHORT)
    contact_phone = f.String(load_default="", validate=SHORT)
    remark = f.String(load_default="", validate=LONG)


class OrderChange(Clean):
    origin = f.String(validate=validate.OneOf(["bring_in", "sampling"], error="Pilih asal contoh."))
    report_name = f.String(validate=SHORT)
    report_address = f.String(validate=LONG)
    contact = f.String(validate=SHORT)
    contact_phone = f.String(validate=SHORT)
    remark = f.String(validate=LONG)


class SampleForm(Clean):
    sample_type = f.String(required=True, validate=FILLED)
    code_location = f.String(required=True, validate=FILLED)
    standard_id = f.UUID(required=True)
    remark = f.String(load_default="", validate=LONG)
    parameters = f.List(f.UUID(), load_default=list, validate=validate.Length(max=200))


class SampleChange(Clean):
    sample_type = f.String(validate=FILLED)
    code_location = f.String(validate=FILLED)
    standard_id = f.UUID()
    remark = f.String(validate=LONG)
    parameters = f.List(f.UUID(), validate=validate.Length(max=200))


class ParametersForm(Clean):
    parameters = f.List(f.UUID(), required=True, validate=validate.Length(max=200))


class DraftResult(Clean):
    result = f.String(load_default="", validate=validate.Length(max=300))
    operand = f.String(load_default="", validate=validate.OneOf(["", "<", ">"]))


ORIGINS = {"bring_in": "Bawa Sendiri", "sampling": "Sampling"}
PAYMENTS = {
    "unpaid": "Belum lunas",
    "paid": "Lunas",
    "contract": "Kontrak",
    "free": "Tanpa biaya",
    "expired": "E-billing kedaluwarsa",
}


def _one_of(known: object) -> ma.fields.String:
    return f.String(load_default="", validate=validate.OneOf(["", *known]))  # type: ignore[misc]  # a mapping or a range


class OrderArgs(ListArgs):
    customer_id = f.UUID(load_default=None, allow_none=True)
    origin = _one_of(ORIGINS)
    payment = _one_of(PAYMENTS)
    stage = _one_of([str(step) for step in range(1, 9)])
    standard_id = f.UUID(load_default=None, allow_none=True)
    supervisor_id = f.UUID(load_default=None, allow_none=True)
    overdue = f.Boolean(load_default=False)


class PartArgs(ListArgs):
    order_id = f.UUID(load_default=None, allow_none=True)
    standard_id = f.UUID(load_default=None, allow_none=True)
    supervisor_id = f.UUID(load_default=None, allow_none=True)
    analyst_id = f.UUID(load_default=None, allow_none=True)
    overdue = f.Boolean(load_default=False)


class PeopleArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    role = f.String(required=True, validate=validate.OneOf(["supervisor", "analyst"]))
    group = f.String(load_default="", validate=SHORT)
    all = f.Boolean(load_default=False)


class StandardArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    all = f.Boolean(load_default=False)
    q = f.String(load_default="", validate=validate.Length(max=100))


class InvoiceChanged(ma.Schema):
    invoice_id = f.UUID(required=True)
    order_id = f.UUID(required=True)
    service = f.String(required=True)
    revision = f.Integer(required=True)
    expires_at = f.AwareDateTime(load_default=None, allow_none=True)
    paid_at = f.AwareDateTime(load_default=None, allow_none=True)


class DocumentRendered(ma.Schema):
    kind = f.String(required=True)
    subject_id = f.UUID(required=True)
    render_id = f.UUID(required=True)
    file_id = f.UUID(required=True)
    sha256 = f.String(required=True)
    code = f.String(required=True)


class DocumentFailed(ma.Schema):
    kind = f.String(required=True)
    subject_id = f.UUID(required=True)
    render_id = f.UUID(required=True)
    error = f.String(load_default="", allow_none=True)


class CustomerChanged(ma.Schema):
    customer_id = f.UUID(required=True)
    name = f.String(required=True)
    address = f.String(load_default=None, allow_none=True)
    city = f.String(load_default=None, allow_none=True)
    phone = f.String(load_default=None, allow_none=True)
    email = f.String(load_default=None, allow_none=True)
    status = f.String(load_default=None, allow_none=True)


class RoleGrant(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    role = f.String(required=True)
    scope = f.String(load_default=None, allow_none=True)


class StaffChanged(ma.Schema):
    user_id = f.UUID(required=True)
    name = f.String(required=True)
    roles = f.List(f.Nested(RoleGrant), required=True)
    is_active = f.Boolean(required=True)


class AbsenceChanged(ma.Schema):
    absence_id = f.UUID(required=True)
    user_id = f.UUID(required=True)
    from_on = f.Date(required=True)
    until_on = f.Date(required=True)
    stand_in_id = f.UUID(load_default=None, allow_none=True)
    is_cancelled = f.Boolean(load_default=False)


class CalendarDay(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    date = f.Date(required=True)
    kind = f.String(required=True)
    note = f.String(load_default="", allow_none=True)


class CalendarChanged(ma.Schema):
    year = f.Integer(required=True)
    days = f.List(f.Nested(CalendarDay), required=True)


class OfficeFacts(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    name = f.String(required=True)
    address = f.String(load_default="", allow_none=True)
    city = f.String(load_default="", allow_none=True)
    accreditation_number = f.String(load_default="", allow_none=True)


class OfficeChanged(ma.Schema):
    office = f.Nested(OfficeFacts, required=True)
