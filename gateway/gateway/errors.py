"""What went wrong, for whoever asked: a page for a browser, problem+json for the API."""

from __future__ import annotations

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from chassis import problems
from chassis.problems import Problem
from gateway.views import errors as pages

log = structlog.get_logger("errors")


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crash)


def _problem(problem: Problem) -> ResponseReturnValue:
    if _is_api():
        return problems.answer(
            problem.status, problem.detail, errors=problem.errors, headers=problem.headers, **problem.more
        )
    return _page(problem.status, problem.detail, problem.headers.get("Retry-After"))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if _is_api():
        allow = {name: value for name, value in error.get_headers() if name == "Allow"}
        return problems.answer(error.code, headers=allow)
    return _page(error.code)


def _crash(error: Exception) -> ResponseReturnValue:
    log.error("unhandled error", exc_info=error)
    return problems.answer(500) if _is_api() else _page(500)


def _page(status: int, detail: str = "", retry_after: str | None = None) -> ResponseReturnValue:
    shown: ResponseReturnValue = pages.show(status, detail, retry_after)
    return shown


def _is_api() -> bool:
    return request.path.startswith("/api/")
