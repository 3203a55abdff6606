"""CEK PARAMETER SAMPEL: one sample, its parameters, who tests them, what came out, who verified."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for

from gateway import clients, forms, session
from gateway.formatters import office_zone
from gateway.upstreams import Unavailable
from gateway.views import acts, offers, orders, page, pieces

bp = Blueprint("samples", __name__, url_prefix="/pengujian")

IN_BARS = frozenset({"assign"})
DRAFT_FIELDS = ("result", "operand")


@bp.get("/sampel/<uuid:sample_id>")
@session.signed_in
def show(sample_id: Any) -> Any:
    sample = clients.fetch("testing", f"samples/{sample_id}")
    rows = sample["analyses"]
    return page.render(
        "sample.html",
        heading=f"Sampel {orders.sample_name(sample)}",
        sample=sample,
        rows=[_row(each) for each in rows],
        bulk_forms=_bulk_forms(rows),
        groups=[{"label": "", "offers": offers.of(sample)}],
        back=_back(sample),
    )


@bp.get("/analisis/<uuid:analysis_id>")
@session.signed_in
def of_analysis(analysis_id: Any) -> Any:
    analysis = clients.fetch("testing", f"analyses/{analysis_id}")
    return redirect(url_for("samples.show", sample_id=analysis["sample_id"], _anchor=f"analisis-{analysis_id}"))


@bp.put("/analisis/<uuid:analysis_id>/draf")
@bp.post("/analisis/<uuid:analysis_id>/draf")
@session.signed_in
def keep_draft(analysis_id: Any) -> Any:
    """Autosave of what the analyst types; says so beside the row."""
    kept = {name: request.form.get(name, "").strip() for name in DRAFT_FIELDS}
    try:
        answer = clients.call("testing", "PUT", f"analyses/{analysis_id}/draft", json=kept)
    except Unavailable:
        return page.render("draft_state.html", heading="", saved=False, reason="Layanan sedang tidak menjawab.")
    return page.render("draft_state.html", heading="", saved=answer.ok, reason=answer.detail)


def _row(analysis: dict[str, Any]) -> dict[str, Any]:
    found = offers.of(analysis)
    submit = next((offer for offer in found if offer.name == "submit"), None)
    return {
        **analysis,
        "offers": [offer for offer in found if offer is not submit and offer.name not in IN_BARS],
        "submit": submit,
        "fields": forms.describe(submit.fields) if submit else [],
        "typed": _typed(analysis),
    }


def _typed(analysis: dict[str, Any]) -> dict[str, Any]:
    """What an unsent row shows: the autosaved draft, else the last result that was sent."""
    draft = analysis.get("draft_result") or {}
    sent = analysis.get("result") or {}
    kept = {name: draft[name] for name in DRAFT_FIELDS if draft.get(name)}
    return {
        "tested_on": datetime.now(office_zone()).date().isoformat(),
        **sent,
        "result": sent.get("text", ""),
        "workload": analysis["workload"],
        **kept,
    }


def _bulk_forms(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bars for ticked parameters: assign an analyst, verify. Only what at least one row offers, with one form each."""
    bars: dict[str, dict[str, Any]] = {}
    for row in rows:
        for offer in offers.of(row):
            if not offer.is_bulk or offer.name == "submit":
                continue
            bar = bars.setdefault(offer.name, {"offer": offer, "ids": set()})
            bar["ids"].add(row["id"])
    return [
        {
            **bar,
            "fields": forms.describe(bar["offer"].fields, acts.load_options),
            "href": f"/tindakan-massal/testing/analyses/{name}",
        }
        for name, bar in bars.items()
    ]


def _back(sample: dict[str, Any]) -> dict[str, str]:
    person = session.current()
    if person and person.has("customer", "customer_service", "report_typist") and sample.get("order_id"):
        return {"href": url_for("orders.show", order_id=sample["order_id"]), "label": "Kembali ke order"}
    if person and person.has("analyst") and not person.has("supervisor", "lab_coordinator"):
        return {"href": "/pengujian/analisis", "label": "Kembali Daftar Parameter"}
    return {"href": "/pengujian/sampel", "label": "Kembali Daftar Sampel"}


@bp.get("/sampel/<uuid:sample_id>/riwayat")
@session.signed_in
def history(sample_id: Any) -> Any:
    back = {"href": url_for("samples.show", sample_id=sample_id), "label": "Kembali"}
    return pieces.show_history(back, "testing", f"samples/{sample_id}/history")
