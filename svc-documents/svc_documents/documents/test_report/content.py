"""The frozen content that svc-testing hands over; example: contracts/calls/testing.report_content.json."""

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

_filled = validate.Length(min=1)


class Known(Schema):
    class Meta:
        unknown = EXCLUDE


class Result(Known):
    parameter = fields.String(required=True, validate=_filled)
    unit = fields.String(required=True)
    result = fields.String(required=True, validate=_filled)
    limit = fields.String(required=True, allow_none=True)
    method = fields.String(required=True, validate=_filled)
    is_accredited = fields.Boolean(required=True)
    conformity = fields.String(required=True, allow_none=True, validate=validate.OneOf(["conforms", "fails"]))
    uncertainty = fields.String(load_default=None, allow_none=True)
    note = fields.String(load_default=None, allow_none=True)
    external_provider = fields.String(load_default=None, allow_none=True)


class OrganismRow(Known):
    taxon = fields.String(required=True, validate=_filled)
    group = fields.String(required=True)
    count = fields.String(required=True, validate=_filled)
    abundance = fields.String(required=True, validate=_filled)


class Index(Known):
    label = fields.String(required=True, validate=_filled)
    value = fields.String(required=True, validate=_filled)
    criterion = fields.String(load_default="")


class Organisms(Known):
    """One count sheet: the taxa behind the results, and the indices of their community."""

    kind = fields.String(required=True, validate=_filled)
    amount = fields.String(required=True, validate=_filled)
    unit = fields.String(required=True, validate=_filled)
    parameters = fields.List(fields.String(), load_default=list)
    conditions = fields.String(load_default="")
    rows = fields.List(fields.Nested(OrganismRow), required=True)
    individuals = fields.String(required=True)
    taxa = fields.String(required=True)
    abundance = fields.String(required=True)
    indices = fields.List(fields.Nested(Index), load_default=list)


class Sample(Known):
    analysis_number = fields.String(required=True, validate=_filled)
    kind = fields.String(required=True, validate=_filled)
    code = fields.String(required=True, validate=_filled)
    location = fields.String(load_default=None, allow_none=True)
    regulation = fields.String(required=True)
    description = fields.String(load_default=None, allow_none=True)
    condition = fields.String(load_default=None, allow_none=True)
    received_on = fields.Date(required=True)
    sampled_on = fields.Date(load_default=None, allow_none=True)
    sampling_plan = fields.String(load_default=None, allow_none=True)
    tested_from = fields.Date(required=True)
    tested_until = fields.Date(required=True)
    supplied_by_customer = fields.List(fields.String(), load_default=list)
    environment = fields.String(load_default=None, allow_none=True)
    results = fields.List(fields.Nested(Result), required=True, validate=_filled)
    organisms = fields.List(fields.Nested(Organisms), load_default=list)
    conformity_statement = fields.String(load_default=None, allow_none=True)
    deviations = fields.List(fields.String(), load_default=list)
    notes = fields.List(fields.String(), load_default=list)


class Customer(Known):
    name = fields.String(required=True, validate=_filled)
    address = fields.String(required=True, validate=_filled)
    contact = fields.String(load_default=None, allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)
    email = fields.String(load_default=None, allow_none=True)


class Accreditation(Known):
    is_marked = fields.Boolean(required=True)
    number = fields.String(load_default=None, allow_none=True)


class Authoriser(Known):
    name = fields.String(required=True, validate=_filled)
    position = fields.String(required=True, validate=_filled)
    nip = fields.String(load_default=None, allow_none=True)


class Replaced(Known):
    number = fields.String(required=True)
    issued_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=_filled)
    changes = fields.List(fields.String(), load_default=list)


class ReportContent(Known):
    render_id = fields.String(load_default=None, allow_none=True)
    report_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    is_draft = fields.Boolean(required=True)
    number = fields.String(required=True, validate=_filled)
    title = fields.String(required=True, validate=_filled)
    issued_on = fields.Date(required=True)
    issued_place = fields.String(required=True)
    order_number = fields.String(required=True)
    performed_at = fields.String(required=True, validate=_filled)
    sampled_by = fields.String(required=True, validate=validate.OneOf(["customer", "laboratory"]))
    customer = fields.Nested(Customer, required=True)
    accreditation = fields.Nested(Accreditation, required=True)
    samples = fields.List(fields.Nested(Sample), required=True, validate=_filled)
    decision_rule = fields.String(load_default=None, allow_none=True)
    notes = fields.List(fields.String(), load_default=list)
    authoriser = fields.Nested(Authoriser, required=True)
    replaces = fields.Nested(Replaced, load_default=None, allow_none=True)

    @validates_schema
    def check_accreditation(self, content: dict, **_: object) -> None:
        """The mark needs a number and at least one parameter inside the scope (KAN U-01)."""
        mark = content["accreditation"]
        in_scope = any(result["is_accredited"] for sample in content["samples"] for result in sample["results"])
        if mark["is_marked"] and not (mark["number"] and in_scope):
            raise ValidationError("Tanda akreditasi tanpa parameter dalam lingkup akreditasi.", "accreditation")

    @validates_schema
    def check_decision_rule(self, content: dict, **_: object) -> None:
        """ISO/IEC 17025 7.8.6: a statement of conformity names its decision rule."""
        is_stated = any(sample["conformity_statement"] for sample in content["samples"])
        if is_stated and not content["decision_rule"]:
            raise ValidationError("Pernyataan kesesuaian tanpa aturan keputusan.", "decision_rule")
