"""Lacak: how far an order is, for whoever knows its number and the end of the contact's telephone."""

from typing import Any

from flask import Blueprint, request

from gateway import clients, forms, refusals
from gateway.forms import Field
from gateway.views import page

bp = Blueprint("tracking", __name__, url_prefix="/lacak")

FIELDS = (
    Field(
        "number",
        "Nomor",
        required=True,
        max=40,
        hint="Nomor pre-order (POP-180), nomor order (00152), atau nomor analisis (P.00521 - 2023).",
    ),
    Field(
        "digits", "Empat angka terakhir telepon kontak", required=True, max=4, hint="Telepon yang ditulis pada order."
    ),
)


@bp.get("")
def show() -> Any:
    return _page(forms.Reading(typed={"number": request.args.get("nomor", "")[:40]}))


@bp.post("")
def track() -> Any:
    """Posted, so that neither number nor digits stand in an address."""
    reading = forms.read(FIELDS, request.form, request.files)
    if not reading.is_valid:
        return _page(reading)
    answer = clients.call("testing", "POST", "trackings", json=reading.payload, anonymous=True)
    if answer.ok:
        return _page(reading, found=answer.body)
    if answer.status not in (404, 422):
        raise clients.Refused(answer)
    refusals.add(reading, answer, FIELDS)
    return _page(reading)


def _page(reading: forms.Reading, found: dict[str, Any] | None = None) -> Any:
    return page.render(
        "tracking.html",
        heading="Lacak order",
        status=reading.status,
        fields=FIELDS,
        reading=reading,
        found=found,
        steps=page.tracking({"public_step": found["step"]}) if found else [],
    )
