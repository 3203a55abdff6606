"""One test report: its samples, how often it was printed, its PDF."""

from typing import Any

from flask import Blueprint, url_for

from gateway import clients, session
from gateway.formatters import human_number
from gateway.views import offers, page, pieces

bp = Blueprint("reports", __name__, url_prefix="/pengujian/laporan")


@bp.get("/<uuid:report_id>")
@session.signed_in
def show(report_id: Any) -> Any:
    report = clients.fetch("testing", f"reports/{report_id}")
    order_id = report["order_id"]
    return page.render(
        "report.html",
        heading=f"Laporan {human_number(report)}" if report.get("number") else "Laporan, nomor belum terbit",
        report=report,
        groups=[{"label": "", "offers": offers.of(report)}],
        back={"href": url_for("orders.show", order_id=order_id), "label": "Kembali ke order"}
        if not _is_lab_only()
        else {"href": "/pengujian/laporan", "label": "Daftar laporan"},
    )


def _is_lab_only() -> bool:
    person = session.current()
    return bool(
        person and person.has("lab_coordinator", "supervisor", "analyst") and not person.has("customer_service")
    )


@bp.get("/<uuid:report_id>/riwayat")
@session.signed_in
def history(report_id: Any) -> Any:
    back = {"href": url_for("reports.show", report_id=report_id), "label": "Kembali"}
    return pieces.show_history(back, "testing", f"reports/{report_id}/history")
