import hashlib
import uuid
from contextlib import closing
from io import BufferedIOBase
from typing import Any, BinaryIO, cast

from flask import Response, g
from werkzeug.datastructures import FileStorage

from chassis.auth import public, signed_in
from chassis.web import Blueprint, represent

from . import drafts, labels, lists, verification
from .schemas import FileVerification, GrantArgs, PdfForm, Verification

bp = Blueprint("documents", __name__, description="Dokumen yang diterbitkan dan pemeriksaan keasliannya")

GENUINE = "Berkas ini sama persis dengan dokumen yang diterbitkan."
UNKNOWN = "Berkas ini bukan dokumen yang kami terbitkan, atau isinya sudah berubah."


@bp.get("/verify/<string:code>")
@bp.response(200, Verification)
@public
def verify_code(code: str) -> Any:
    """Periksa keaslian dengan kode verifikasi"""
    return represent(Verification().dump(verification.describe(verification.by_code(code))))


@bp.post("/verify")
@bp.arguments(PdfForm, location="files")
@bp.response(200, FileVerification)
@public
def verify_file(form: dict[str, FileStorage]) -> Any:
    """Periksa keaslian sebuah PDF"""
    with closing(form["file"]) as upload:
        sha256 = hashlib.file_digest(cast(BufferedIOBase, upload.stream), "sha256").hexdigest()
        document = verification.by_sha256(sha256)
        upload.stream.seek(0)
        seal = verification.seal_on(cast(BinaryIO, upload.stream), document)
    answer = {
        "is_issued": document is not None,
        "sha256": sha256,
        "detail": GENUINE if document else UNKNOWN,
        "seal": {"status": seal, "label": f"Segel elektronik kantor: {verification.SEALS[seal]}"},
        "document": document and verification.describe(document),
    }
    return represent(FileVerification().dump(answer))


@bp.get("/lists/<uuid:export_id>")
@bp.arguments(GrantArgs, location="query")
@bp.response(200, content_type="application/pdf")
@signed_in
def show_list(args: dict[str, str], export_id: uuid.UUID) -> Response:
    """Cetak daftar dengan kop surat; tidak disimpan"""
    printed = lists.render(export_id, grant=args["grant"], reader=g.principal)
    response = Response(printed, content_type="application/pdf")
    response.headers.update({"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = 'attachment; filename="daftar.pdf"'
    return response


@bp.get("/labels/<uuid:order_id>")
@bp.arguments(GrantArgs, location="query")
@bp.response(200, content_type="application/pdf")
@signed_in
def show_labels(args: dict[str, str], order_id: uuid.UUID) -> Response:
    """Cetak label nomor analisis; tidak disimpan"""
    response = Response(labels.render(order_id, grant=args["grant"]), content_type="application/pdf")
    response.headers.update({"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = 'attachment; filename="label-contoh-uji.pdf"'
    return response


@bp.get("/drafts/<string:kinds>/<uuid:subject_id>")
@bp.arguments(GrantArgs, location="query")
@bp.response(200, content_type="application/pdf")
@signed_in
def show_draft(args: dict[str, str], kinds: str, subject_id: uuid.UUID) -> Response:
    """Cetak draf dengan tanda air; tidak disimpan"""
    printed = drafts.render(kinds, subject_id, grant=args["grant"])
    response = Response(printed, content_type="application/pdf")
    response.headers.update({"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = f'attachment; filename="draf-{subject_id}.pdf"'
    return response
