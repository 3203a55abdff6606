import uuid
from typing import Any

from flask import Response, g, send_file
from werkzeug.datastructures import FileStorage

from chassis.auth import signed_in
from chassis.db import atomic
from chassis.web import Blueprint

from ..storage import storage
from . import rules
from .schemas import FileRepresentation, GrantArgs, UploadForm

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
    response = send_file(
        storage().open(file.storage_key),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        etag=file.sha256,
        conditional=False,
    )
    response.content_length = file.size
    response.headers.update(SAFETY)
    return response
