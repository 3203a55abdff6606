from flask_smorest.fields import Upload
from marshmallow import Schema, fields


class PdfForm(Schema):
    file = Upload(required=True, error_messages={"required": "Pilih PDF yang akan diperiksa."})


class GrantArgs(Schema):
    grant = fields.String(required=True)


class Successor(Schema):
    number = fields.String()
    code = fields.String()


class Signature(Schema):
    provider = fields.String()
    label = fields.String()


class Seal(Schema):
    status = fields.String()
    label = fields.String()


class Verification(Schema):
    code = fields.String()
    kind = fields.String()
    kind_label = fields.String()
    number = fields.String()
    holder = fields.String()
    issued_on = fields.Date()
    status = fields.String()
    status_label = fields.String()
    sha256 = fields.String()
    signature = fields.Nested(Signature)
    replaced_by = fields.Nested(Successor, allow_none=True)


class FileVerification(Schema):
    is_issued = fields.Boolean()
    sha256 = fields.String()
    detail = fields.String()
    seal = fields.Nested(Seal)
    document = fields.Nested(Verification, allow_none=True)
