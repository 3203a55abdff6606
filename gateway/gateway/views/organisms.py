"""Cek Organisme: the sheet on which an analyst counts plankton or bentos, and what is made of it."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.datastructures import MultiDict

from gateway import clients, forms, refusals, session
from gateway.upstreams import Unavailable
from gateway.views import acts, offers, page

bp = Blueprint("organisms", __name__, url_prefix="/pengujian")

FEWEST_ROWS, MORE_ROWS, MOST_ROWS = 10, 5, 200


@bp.route("/analisis/<uuid:analysis_id>/organisme", methods=["GET", "POST"])
@session.signed_in
def show(analysis_id: Any) -> Any:
    counted = clients.fetch("testing", f"analyses/{analysis_id}/counts")
    fields = forms.describe(counted["fields"])
    if request.method == "GET":
        typed = forms.first_values(fields) | (counted["sheet"] or {})
        return _shown(counted, fields, forms.Reading(typed=typed))
    if not fields:
        return page.go(request.path, counted["refusal"], "warning")
    reading = forms.read(fields, request.form, MultiDict())
    if "add" in request.form:
        reading.errors.clear()
        return _shown(counted, fields, reading, rows=request.form.get("rows-rows", 0, type=int) + MORE_ROWS)
    if reading.is_valid and _save(analysis_id, reading, fields):
        return page.go(url_for("organisms.show", analysis_id=analysis_id), "Cek Organisme disimpan.")
    return _shown(counted, fields, reading)


def _save(analysis_id: Any, reading: forms.Reading, fields: list[forms.Field]) -> bool:
    version = request.form.get("_version", "")
    headers = {"If-Match": f'"{version}"'} if version else {}
    try:
        answer = clients.call("testing", "PUT", f"analyses/{analysis_id}/counts", json=reading.payload, headers=headers)
    except Unavailable:
        reading.blame("", acts.DOWN)
        reading.refusal = 503
        return False
    if not answer.ok:
        refusals.add(reading, answer, fields, instead={412: acts.STALE})
    return answer.ok


def _shown(counted: dict[str, Any], fields: list[forms.Field], reading: forms.Reading, rows: int = 0) -> Any:
    known = {each.name: each for each in fields}
    filled = reading.typed.get("rows") or []
    blank = max(FEWEST_ROWS, min(rows, MOST_ROWS), len(filled) + 1) - len(filled)
    return page.render(
        "organisms.html",
        heading=f"Cek Organisme {counted['sample']['number']}",
        status=reading.status,
        counted=counted,
        measures=[each for each in fields if each.name not in ("rows", "nothing_found")],
        table=known.get("rows"),
        nothing_found=known.get("nothing_found"),
        reading=reading,
        rows=[*filled, *({} for _ in range(blank))],
        may_send=offers.find(counted, "submit") is not None,
        back={"href": url_for("samples.show", sample_id=counted["sample"]["id"]), "label": "Kembali ke sampel"},
    )
