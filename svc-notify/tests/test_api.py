"""No operation answers garbage with a fault of ours, and the document says what the service does."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

OPERATIONS = [
    ("GET", "/notifications", 40),
    ("POST", "/notifications/{notification_id}/read", 40),
    ("POST", "/notifications/read-all", 20),
    ("GET", "/messages", 40),
    ("GET", "/events", 40),
    ("GET", "/mailbox", 40),
    ("GET", "/mailbox/{letter_id}", 40),
    ("GET", "/stream", 3),
    ("GET", "/workflows", 10),
    ("GET", "/dead-letters", 40),
    ("GET", "/dead-letters/{letter_id}", 20),
    ("POST", "/dead-letters/{letter_id}/replay", 20),
    ("POST", "/dead-letters/{letter_id}/discard", 20),
    ("GET", "/trace", 20),
    ("GET", "/activity", 20),
]
ROLES = ("admin", "customer")


def test_the_list_of_operations_is_complete(app):
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    documented = {
        (method.upper(), path) for path, methods in paths.items() for method in methods if method in ("get", "post")
    }
    assert documented == {(method, f"/api/v1/notify{path}") for method, path, _ in OPERATIONS}


@pytest.mark.parametrize(("method", "path", "examples"), OPERATIONS)
@pytest.mark.parametrize("role", ROLES)
def test_garbage_is_refused_politely(app, as_, cast, method, path, examples, role):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operation = schema[f"/api/v1/notify{path}"][method]
    caller = as_(role, id=cast.admin)

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def check(case):
        response = case.call(headers={"Authorization": f"Bearer {caller.token()}"})
        assert response.status_code < 500
        if response.status_code >= 400:
            assert response.headers["content-type"][0].startswith("application/problem+json")

    check()
