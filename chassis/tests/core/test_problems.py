"""What is not a success says why, in one form (RFC 9457)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from chassis.problems import MEDIA_TYPE, TITLES, flat

API = "/api/v1/library"


def test_a_problem_has_the_members_of_rfc_9457_and_the_id_of_its_request(app: Flask) -> None:
    answer = app.test_client().get(f"{API}/mine", headers={"X-Request-ID": "request-0001"})

    assert answer.content_type == MEDIA_TYPE
    assert answer.json == {
        "type": "about:blank",
        "title": "Silakan masuk lebih dahulu",
        "status": 401,
        "detail": "Silakan masuk lebih dahulu",
        "instance": f"{API}/mine",
        "request_id": "request-0001",
    }


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("GET", "/nowhere/<script>", {}, 404),
        ("DELETE", f"{API}/open", {}, 405),
        ("POST", f"{API}/entries", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", f"{API}/entries", {"data": b"[" * 100_000, "content_type": "application/json"}, 400),
        ("POST", f"{API}/entries", {"data": b'{"word": "\\ud800"}', "content_type": "application/json"}, 400),
        ("POST", f"{API}/entries", {"data": b'{"word": NaN}', "content_type": "application/json"}, 400),
        ("POST", f"{API}/entries", {"data": b"", "content_type": "application/json"}, 422),
        ("POST", f"{API}/entries", {"data": b"\xff", "content_type": "application/json"}, 400),
        ("POST", f"{API}/entries", {"json": {"word": 1}}, 422),
        ("POST", f"{API}/entries", {"json": []}, 422),
        ("POST", f"{API}/entries", {"json": {"word": "x" * 3_000_000}}, 413),
        ("GET", f"{API}/entries?limit=0", {}, 422),
        ("GET", f"{API}/clerks", {"headers": {"Authorization": "Bearer x"}}, 401),
    ],
)
def test_every_failure_is_a_problem_in_indonesian(app: Flask, method: str, path: str, sent: Any, status: int) -> None:
    answer = app.test_client().open(path, method=method, **sent)

    assert (answer.status_code, answer.content_type) == (status, MEDIA_TYPE)
    assert (answer.json["status"], answer.json["title"]) == (status, TITLES[status])


def test_a_method_that_is_not_there_names_those_that_are(app: Flask) -> None:
    answer = app.test_client().delete(f"{API}/open")
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS"}


def test_faults_of_a_form_are_named_by_the_path_to_each_field(app: Flask) -> None:
    body = {"parts": [{"page": 1}, {"page": "x"}, {}], "more": 1}
    answer = app.test_client().post(f"{API}/entries", json=body)

    assert set(answer.json["errors"]) == {"word", "parts.1.page", "parts.2.page", "more"}
    assert all(isinstance(message, str) for messages in answer.json["errors"].values() for message in messages)


def test_a_crash_tells_the_log_and_not_the_caller(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    answer = app.test_client().get(f"{API}/crash")

    assert (answer.status_code, answer.content_type) == (500, MEDIA_TYPE)
    assert b"secret" not in answer.data
    assert b"Traceback" not in answer.data
    assert "secret of" in caplog.text


@pytest.mark.parametrize(
    ("messages", "errors"),
    [
        ({"json": {"name": ["a"]}}, {"name": ["a"]}),
        ({"query": {"limit": ["a", "b"]}}, {"limit": ["a", "b"]}),
        ({"rows": {0: {"page": ["a"]}, 2: {"_schema": ["b"]}}}, {"rows.0.page": ["a"], "rows.2": ["b"]}),
        ({"_schema": ["a"]}, {"_": ["a"]}),
        (["a"], {"_": ["a"]}),
        ("a", {"_": ["a"]}),
        ({}, {}),
        ({"name": ["a"], "form": ["b"]}, {"name": ["a"], "form": ["b"]}),
    ],
)
def test_nested_messages_become_flat(messages: Any, errors: Any) -> None:
    assert flat(messages) == errors
