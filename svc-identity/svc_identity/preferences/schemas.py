"""What a person may keep: a key that does not stand here is refused. `null` forgets a key."""

from typing import Any

import marshmallow as ma
from marshmallow import validate

CODE = validate.Regexp(r"[a-z][a-z0-9_.-]{0,59}\Z")


def codes(at_most: int) -> Any:
    return ma.fields.List(ma.fields.String(validate=CODE), allow_none=True, validate=validate.Length(max=at_most))


class PreferencesForm(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    first_steps_closed = codes(30)
    first_steps_done = codes(500)
