"""The results an analyst types for one sample: kept while they are typed, sent one by one or all at once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from gateway import clients, forms, refusals, session
from gateway.formatters import office_zone
from gateway.upstreams import Unavailable
from gateway.views import acts, offers, page

bp = Blueprint("results", __name__, url_prefix="/pengujian")

DRAFT_FIELDS = ("result", "operand")


@dataclass
class Grid:
    """What was posted and not taken: the reading of each row by the id of its analysis."""

    readings: dict[str, forms.Reading] = field(default_factory=dict)
    key: str = ""

    def problems(self, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """(id of the row's cell, message) for the summary above the page."""
        names = {row["id"]: row["parameter"] for row in rows}
        return [
            (f"u-{row_id}-{name or 'result'}", f"{names[row_id]}: {message}")
            for row_id, reading in self.readings.items()
            if row_id in names
            for name, messages in reading.errors.items()
            for message in messages
        ]


def rows(analyses: list[dict[str, Any]], grid: Grid) -> list[dict[str, Any]]:
    """The rows whose results this person may send now, with what each cell shows."""
    return [
        {**analysis, **_shown(analysis, grid.readings.get(analysis["id"])), "fields": forms.describe(offer.fields)}
        for analysis in analyses
        if (offer := offers.find(analysis, "submit"))
    ]


def _shown(analysis: dict[str, Any], reading: forms.Reading | None) -> dict[str, Any]:
    if reading:
        return {"typed": reading.typed, "errors": reading.errors}
    return {"typed": _kept(analysis), "errors": {}}


def _kept(analysis: dict[str, Any]) -> dict[str, Any]:
    """What an unsent row shows: the draft that was kept, else the last result that was sent."""
    draft = analysis.get("draft_result") or {}
    sent = analysis.get("result") or {}
    return {
        "tested_on": datetime.now(office_zone()).date().isoformat(),
        **sent,
        "result": sent.get("text", ""),
        "workload": analysis["workload"],
        **{name: draft[name] for name in DRAFT_FIELDS if draft.get(name)},
    }


def send(sample: dict[str, Any]) -> tuple[int, Grid]:
    """Send the row whose button was pressed, or every row that has a result: how many were taken, and the others."""
    only, key = request.form.get("only"), request.form.get("_key", "")
    left, sent = Grid(key=key), 0
    for row in sample["analyses"]:
        if row["id"] == only or (not only and _cell(row["id"], "result")):
            reading = _send_one(row, key)
            sent += reading.is_valid
            if not reading.is_valid:
                left.readings[row["id"]] = reading
    return sent, left


def _cell(row_id: str, name: str) -> str:
    return request.form.get(f"{row_id}-{name}", "").strip()


def _send_one(row: dict[str, Any], key: str) -> forms.Reading:
    """The reading of the row, with what was wrong; none when it was taken."""
    offer = offers.find(row, "submit")
    if offer is None:
        gone = forms.Reading()
        gone.blame("", "Hasil parameter ini sudah dikirim.")
        return gone
    fields = forms.describe(offer.fields)
    posted = MultiDict({each.name: _cell(row["id"], each.name) for each in fields})
    reading = forms.read(fields, posted, MultiDict())
    if reading.is_valid:
        answer = acts.perform(offer, reading.payload, key=f"{key}-{row['id']}", version=_cell(row["id"], "version"))
        if not answer.ok:
            refusals.add(reading, answer, fields)
    return reading


@bp.put("/analisis/<uuid:analysis_id>/draf")
@bp.post("/analisis/<uuid:analysis_id>/draf")
@session.signed_in
def keep_draft(analysis_id: Any) -> Any:
    """Keep what the analyst types, and say beside the row how it reads against the limit."""
    kept = {name: _cell(str(analysis_id), name) for name in DRAFT_FIELDS}
    try:
        answer = clients.call("testing", "PUT", f"analyses/{analysis_id}/draft", json=kept)
    except Unavailable:
        return page.render("result_state.html", heading="", saved=False, reason="Layanan sedang tidak menjawab.")
    preview = ((answer.body or {}).get("draft_result") or {}).get("preview") if answer.ok else None
    return page.render("result_state.html", heading="", saved=answer.ok, reason=answer.detail, preview=preview)
