"""Let the browser help: the right keyboard, hidden passwords, known addresses."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.forms import Field

# what a described field of this name is to a browser
BROWSER_KINDS = {"password": "password", "email": "email", "phone": "tel"}
AUTOCOMPLETE = {
    "name": "organization",
    "contact_name": "name",
    "address": "street-address",
    "city": "address-level2",
    "phone": "tel",
    "email": "email",
    "username": "username",
    "password": "new-password",
}


def for_browser(fields: Iterable[Field]) -> list[Field]:
    return [
        replace(each, kind=BROWSER_KINDS.get(each.name, each.kind), autocomplete=AUTOCOMPLETE.get(each.name))
        for each in fields
    ]
