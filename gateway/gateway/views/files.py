"""Files behind granted links: the browser asks here, the session's person is who reads."""

from typing import Any

from flask import Blueprint, request

from gateway import clients, session

bp = Blueprint("files", __name__)


@bp.get("/berkas/<uuid:file_id>")
@session.signed_in
def show(file_id: Any) -> Any:
    return clients.stream("documents", f"files/{file_id}", params={"grant": request.args.get("grant")})
