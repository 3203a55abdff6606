"""Pages for anybody: the front page and the check of a document."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from gateway import clients
from gateway.views import page

bp = Blueprint("public", __name__)

HEADING = "Verifikasi dokumen"
VERDICTS = {
    "valid": ("good", "Dokumen ini sah dan berlaku"),
    "replaced": ("wait", "Dokumen ini sudah digantikan"),
    "withdrawn": ("alert", "Dokumen ini sudah ditarik"),
    "expired": ("alert", "Masa berlaku dokumen ini sudah berakhir"),
    "voided": ("alert", "Dokumen ini dibatalkan"),
}


@bp.get("/")
def landing() -> Any:
    return page.render("landing.html", heading="Layanan pengujian dan jasa industri dalam satu tempat")


@bp.get("/verifikasi")
def verification() -> Any:
    if code := request.args.get("kode", "").strip():
        return redirect(url_for("public.document", code=code))
    return _page()


@bp.get("/verifikasi/<code>")
def document(code: str) -> Any:
    answer = clients.call("documents", "GET", f"verify/{code}")
    if answer.status == 404:
        return _page(status=404, code=code, is_unknown=True)
    if not answer.ok:
        raise clients.Refused(answer)
    return _page(code=code, document=answer.body)


@bp.post("/verifikasi")
def compare() -> Any:
    """Is the chosen PDF, byte for byte, one that was issued?"""
    chosen = request.files.get("file")
    code = request.form.get("code", "").strip()
    if not chosen or not chosen.filename:
        return _page(status=422, code=code, problem="Pilih berkas PDF yang akan diperiksa.")
    answer = clients.call("documents", "POST", "verify", files={"file": chosen})
    if not answer.ok:
        messages = [text for texts in answer.errors.values() for text in texts]
        return _page(
            status=422, code=code, problem=" ".join(messages) or answer.detail or "Berkas ini tidak dapat diperiksa."
        )
    found = answer.body.get("document")
    return _page(
        code=code, document=found, compared=answer.body, is_other=bool(code and found and found["code"] != code)
    )


def _page(status: int = 200, document: dict[str, Any] | None = None, **shown: Any) -> Any:
    state = (document or {}).get("status", "")
    verdict = VERDICTS.get(state, ("wait", "Dokumen ini tercatat"))
    return page.render("verification.html", heading=HEADING, status=status, document=document, verdict=verdict, **shown)
