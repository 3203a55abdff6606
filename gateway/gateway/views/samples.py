"""CEK PARAMETER SAMPEL: one sample, its parameters, who tests them, what came out, who verified."""

from typing import Any

from flask import Blueprint, redirect, url_for

from gateway import clients, forms, session
from gateway.views import acts, offers, orders, page, pieces, results

bp = Blueprint("samples", __name__, url_prefix="/pengujian")

ELSEWHERE = frozenset({"assign", "submit"})  # in a bar over the table, in the grid of results


@bp.get("/sampel/<uuid:sample_id>")
@session.signed_in
def show(sample_id: Any) -> Any:
    return shown(clients.fetch("testing", f"samples/{sample_id}"))


def shown(sample: dict[str, Any], grid: results.Grid | None = None) -> Any:
    """The page of a sample; `grid` is what was just typed into its results and not taken."""
    rows = sample["analyses"]
    grid = grid or results.Grid()
    return page.render(
        "sample.html",
        status=422 if grid.readings else 200,
        grid=results.rows(rows, grid),
        grid_problems=grid.problems(rows),
        key=grid.key or page.fresh_key(),
        heading=f"Sampel {orders.sample_name(sample)}",
        sample=sample,
        rows=[_row(each) for each in rows],
        bulk_forms=_bulk_forms(rows),
        groups=[{"label": "", "offers": offers.of(sample)}],
        back=_back(sample),
    )


@bp.post("/sampel/<uuid:sample_id>/hasil")
@session.signed_in
def send_results(sample_id: Any) -> Any:
    sent, left = results.send(clients.fetch("testing", f"samples/{sample_id}"))
    if left.readings:
        return shown(clients.fetch("testing", f"samples/{sample_id}"), left)
    here = url_for("samples.show", sample_id=sample_id)
    if sent:
        return page.go(here, f"{sent} hasil berhasil dikirim.")
    return page.go(here, "Isi dahulu hasil yang akan dikirim.", "warning")


@bp.get("/analisis/<uuid:analysis_id>")
@session.signed_in
def of_analysis(analysis_id: Any) -> Any:
    analysis = clients.fetch("testing", f"analyses/{analysis_id}")
    return redirect(url_for("samples.show", sample_id=analysis["sample_id"], _anchor=f"analisis-{analysis_id}"))


def _row(analysis: dict[str, Any]) -> dict[str, Any]:
    return {
        **analysis,
        "offers": [offer for offer in offers.of(analysis) if offer.name not in ELSEWHERE],
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
