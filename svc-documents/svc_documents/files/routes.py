import uuid
from typing import Any

from flask import Response, g
from werkzeug.datastructures import FileStorage

from chassis.auth import signed_in
from chassis.db import atomic
from chassis.web import Blueprint, represent

from ..storage import storage
from . import pictures, rules
from .schemas import FileRepresentation, GrantArgs, PageCount, UploadForm

bp = Blueprint("files", __name__, description="Berkas yang diunggah")

SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@bp.post("/files")
@bp.arguments(UploadForm, location="files")
@bp.response(201, FileRepresentation)
@signed_in
def upload(form: dict[str, FileStorage]) -> Any:
    """Unggah berkas"""
    examined = rules.examine(form["file"])
    g.body_digest = f"{examined.name}\n{examined.original_sha256}"
    return _keep(examined)


@atomic
def _keep(examined: rules.Examined) -> Any:
    return FileRepresentation().dump(rules.keep(examined, g.principal)), 201


@bp.get("/files/<uuid:file_id>")
@bp.arguments(GrantArgs, location="query")
@bp.response(200, content_type="application/octet-stream")
@signed_in
def download(args: dict[str, str | None], file_id: uuid.UUID) -> Response:
    """Unduh berkas"""
    file = rules.get(file_id, g.principal, args["grant"])
    response = Response(storage().read(file.storage_key), content_type=file.media_type)
    response.content_length = file.size
    response.set_etag(file.sha256)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers.update(SAFETY)
    return response


@bp.get("/files/<uuid:file_id>/pages")
@bp.arguments(GrantArgs, location="query")
@bp.response(200, PageCount)
@signed_in
def count_pages(args: dict[str, str | None], file_id: uuid.UUID) -> Any:
    """Jumlah halaman yang dapat dilihat"""
    return represent({"pages": pictures.count(rules.get(file_id, g.principal, args["grant"]))})


@bp.get("/files/<uuid:file_id>/pages/<int:number>")
@bp.arguments(GrantArgs, location="query")
@bp.response(200, content_type="image/png")
@signed_in
def show_page(args: dict[str, str | None], file_id: uuid.UUID, number: int) -> Response:
    """Lihat satu halaman sebagai gambar"""
    file = rules.get(file_id, g.principal, args["grant"])
    response = Response(pictures.of_page(file, number), content_type="image/png")
    response.headers.update(SAFETY)
    response.headers["Cache-Control"] = "private, max-age=600"
    return response
