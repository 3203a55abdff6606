import marshmallow as ma
from marshmallow import validate

from chassis.lists import NO_NUL

# longer than any accepted password, short enough not to keep the hasher busy
LONGEST = 1000
Password = validate.Length(min=1, max=LONGEST)


class Credentials(ma.Schema):
    username = ma.fields.String(required=True, validate=[validate.Length(max=200), NO_NUL])
    password = ma.fields.String(required=True, validate=Password)


class Refresh(ma.Schema):
    refresh_token = ma.fields.String(required=True, validate=validate.Length(max=200))


class PasswordChange(ma.Schema):
    current_password = ma.fields.String(required=True, validate=Password)
    password = ma.fields.String(required=True, validate=Password)


class Tokens(ma.Schema):
    access_token = ma.fields.String()
    refresh_token = ma.fields.String()
    token_type = ma.fields.String()
    expires_in = ma.fields.Integer()


class Me(ma.Schema):
    id = ma.fields.UUID()
    username = ma.fields.String(allow_none=True)
    name = ma.fields.String()
    roles = ma.fields.List(ma.fields.String())
    customer_id = ma.fields.UUID(allow_none=True)
