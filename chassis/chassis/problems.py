"""RFC 9457 problem details. Texts are Indonesian: people read them."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "Permintaan tidak dapat dibaca",
    401: "Silakan masuk lebih dahulu",
    403: "Tidak diizinkan",
    404: "Tidak ditemukan",
    405: "Cara akses tidak didukung",
    409: "Tidak dapat dilakukan sekarang",
    410: "Sudah tidak tersedia",
    412: "Data sudah berubah",
    413: "Terlalu besar",
    415: "Jenis isi tidak didukung",
    422: "Isian belum benar",
    429: "Terlalu banyak permintaan",
    500: "Terjadi kesalahan pada sistem",
    502: "Layanan di belakang tidak menjawab dengan benar",
    503: "Layanan sementara tidak tersedia",
    504: "Layanan terlalu lama menjawab",
}

Errors = dict[str, list[str]]


class Problem(Exception):
    """An answer that is not a success, with its reason in words."""

    status = 500
    kind = "about:blank"

    def __init__(
        self, detail: str = "", *, errors: Errors | None = None, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or {}
        self.headers = headers or {}
        self.more = more


class Unreadable(Problem):
    status = 400


class Unauthenticated(Problem):
    status = 401


class NotAllowed(Problem):
    status = 403


class NotFound(Problem):
    status = 404


class Conflict(Problem):
    status = 409


class WrongState(Conflict):
    """The thing is not in a state from which this act starts."""


class Refused(Conflict):
    """A guard does not hold; `detail` is its refusal."""


class Gone(Problem):
    status = 410


class StaleVersion(Problem):
    status = 412


class TooLarge(Problem):
    status = 413


class UnsupportedType(Problem):
    status = 415


class BadForm(Problem):
    status = 422


class TooMany(Problem):
    status = 429


class Unavailable(Problem):
    status = 503


def answer(
    status: int,
    detail: str = "",
    *,
    errors: Errors | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """Build the problem+json response for the current request."""
    content = document(status, detail, instance=request.path, request_id=g.get("request_id", ""), errors=errors, **more)
    return Response(orjson.dumps(content), status=status, headers=headers, content_type=MEDIA_TYPE)


def document(
    status: int, detail: str = "", *, instance: str, request_id: str, errors: Errors | None = None, **more: Any
) -> dict[str, Any]:
    """The members of a problem document."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Galat"),
        "status": status,
        "detail": detail or TITLES.get(status, ""),
        "instance": instance,
        "request_id": request_id,
        **more,
    }
    if errors:
        content["errors"] = errors
    return content


def flat(messages: Any, prefix: str = "") -> Errors:
    """marshmallow's nested messages → {"samples.0.label": ["…"]}; webargs' locations are dropped."""
    if isinstance(messages, list):
        return {prefix or "_": [str(message) for message in messages]}
    if not isinstance(messages, dict):
        return {prefix or "_": [str(messages)]}
    if not prefix and len(messages) == 1 and next(iter(messages)) in ("json", "query", "form", "files", "path"):
        return flat(next(iter(messages.values())))
    errors: Errors = {}
    for name, inner in messages.items():
        label = prefix if name == "_schema" else f"{prefix}.{name}" if prefix else str(name)
        errors.update(flat(inner, label))
    return errors


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crash)


def _problem(problem: Problem) -> Response:
    return answer(problem.status, problem.detail, errors=problem.errors, headers=problem.headers, **problem.more)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    messages = getattr(error, "data", None) or {}
    headers = {k: v for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")}
    errors = flat(messages["messages"]) if "messages" in messages else None
    return answer(status, headers=headers, errors=errors)


def _crash(error: Exception) -> Response:
    from flask import current_app

    current_app.logger.exception("unhandled error", exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return answer(500)
