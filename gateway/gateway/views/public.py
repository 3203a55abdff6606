"""Pages for anybody: the front page and the check of a document."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from gateway import clients
from gateway.upstreams import Unavailable
from gateway.views import page

bp = Blueprint("public", __name__)

VERDICTS = {
    "valid": ("good", "Dokumen ini sah dan berlaku"),
    "replaced": ("wait", "Dokumen ini sudah digantikan"),
    "withdrawn": ("alert", "Dokumen ini sudah ditarik"),
    "expired": ("alert", "Masa berlaku dokumen ini sudah berakhir"),
    "voided": ("alert", "Dokumen ini dibatalkan"),
    "cancelled": ("alert", "Dokumen ini dibatalkan"),
}


@bp.get("/")
def landing() -> Any:
    return page.render("landing.html", heading="Layanan pengujian dan jasa industri dalam satu tempat")


@bp.get("/verifikasi")
def verification() -> Any:
    code = request.args.get("kode", "").strip()
    if code:
        return redirect(url_for("public.document", code=code))
    return page.render("verification.html", heading="Verifikasi dokumen", code="", document=None, verdict=None)


@bp.get("/verifikasi/<code>")
def document(code: str) -> Any:
    answer = clients.call("documents", "GET", f"verify/{code}")
    if answer.status == 404:
        return page.render("verification.html", heading="Verifikasi dokumen", status=404, code=code, document=None, verdict=None, missing=True)
    if not answer.ok:
        raise clients.Refused(answer)
    return _shown(code, answer.body)


@bp.post("/verifikasi")
@bp.post("/verifikasi/<code>")
def compare(code: str = "") -> Any:
    """Is the chosen PDF, byte for byte, the one that was issued?"""
    chosen = request.files.get("file")
    code = code or request.form.get("code", "").strip()
    if not chosen or not chosen.filename:
        return page.render("verification.html", heading="Verifikasi dokumen", status=422, code=code, document=_document(code), verdict=None, problem="Pilih berkas PDF yang akan diperiksa.")
    if not code:
        return page.render("verification.html", heading="Verifikasi dokumen", status=422, code="", document=None, verdict=None, problem="Isi kode verifikasi yang tercetak di bawah kode QR dokumen.")
    answer = clients.call("documents", "POST", f"verify/{code}", files={"file": chosen})
    if answer.status == 404:
        return page.render("verification.html", heading="Verifikasi dokumen", status=404, code=code, document=None, verdict=None, missing=True)
    if not answer.ok:
        return page.render("verification.html", heading="Verifikasi dokumen", status=422, code=code, document=_document(code), verdict=None, problem=answer.detail or "Berkas ini tidak dapat diperiksa.")
    return _shown(code, answer.body, compared=True)


def _document(code: str) -> Any:
    if not code:
        return None
    try:
        answer = clients.call("documents", "GET", f"verify/{code}")
    except Unavailable:
        return None
    return answer.body if answer.ok else None


def _shown(code: str, body: dict[str, Any], compared: bool = False) -> Any:
    is_same = next((body[key] for key in ("is_issued", "issued", "is_same", "matches", "match") if key in body), None)
    found = body.get("document") if isinstance(body.get("document"), dict) else body
    state = found.get("status")
    verdict = VERDICTS.get(state.get("code") if isinstance(state, dict) else state or "", ("wait", "Dokumen ini tercatat"))
    return page.render("verification.html", heading="Verifikasi dokumen", code=code, document=found, verdict=verdict, compared=compared, is_same=is_same)
