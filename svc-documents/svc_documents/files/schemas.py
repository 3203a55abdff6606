from flask_smorest.fields import Upload
from marshmallow import Schema, fields


class UploadForm(Schema):
    file = Upload(required=True, error_messages={"required": "Pilih berkas yang akan diunggah."})


class GrantArgs(Schema):
    grant = fields.String(load_default=None)


class FileRepresentation(Schema):
    id = fields.UUID()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class PageCount(Schema):
    pages = fields.Integer()
