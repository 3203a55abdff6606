"""Every route × every kind of caller; the table is the permission."""

import uuid

import pytest

ID = uuid.uuid4()
# what nobody, a signed-in person and another service are answered when they ask without content or grant
TABLE = {
    "POST /api/v1/documents/files": (401, 422, 403),
    f"GET /api/v1/documents/files/{ID}": (401, 404, 403),
    f"GET /api/v1/documents/drafts/test-reports/{ID}?grant=x": (401, 404, 403),
    f"GET /api/v1/documents/lists/{ID}?grant=x": (401, 404, 403),
    f"GET /api/v1/documents/labels/{ID}?grant=x": (401, 404, 403),
    "GET /api/v1/documents/signatories/form": (401, 403, 403),
    "GET /api/v1/documents/signatories": (401, 403, 403),
    "POST /api/v1/documents/signatories": (401, 403, 403),
    f"GET /api/v1/documents/signatories/{ID}": (401, 403, 403),
    f"GET /api/v1/documents/signatories/{ID}/history": (401, 404, 403),
    f"POST /api/v1/documents/signatories/{ID}/actions/edit": (401, 404, 403),
    f"POST /api/v1/documents/signatories/{ID}/actions/delete": (401, 404, 403),
    "GET /api/v1/documents/formats": (401, 403, 403),
    f"GET /api/v1/documents/formats/{ID}": (401, 403, 403),
    f"POST /api/v1/documents/formats/{ID}/actions/edit": (401, 404, 403),
    "GET /api/v1/documents/verify/BCDFGHJKLMNPQRSTVWXZ": (404, 404, 404),
    "POST /api/v1/documents/verify": (422, 422, 422),
    "GET /api/v1/documents/workflows": (200, 200, 200),
    "GET /api/v1/documents/dead-letters": (401, 403, 403),
    "GET /api/v1/documents/activity": (401, 403, 403),
    f"GET /api/v1/documents/dead-letters/{ID}": (401, 403, 403),
    f"POST /api/v1/documents/dead-letters/{ID}/replay": (401, 403, 403),
    f"POST /api/v1/documents/dead-letters/{ID}/discard": (401, 403, 403),
    f"GET /api/v1/documents/trace?order_id={ID}": (401, 403, 403),
}


@pytest.mark.parametrize("route", TABLE)
def test_each_caller_is_answered_as_the_table_says(app, as_, as_service, route):
    method, path = route.split()
    nobody = app.test_client().open(path, method=method)
    person = as_("customer").open(method, path)
    service = as_service("svc-testing").open(method, path)

    assert (nobody.status_code, person.status_code, service.status_code) == TABLE[route]


def test_every_route_of_ours_is_in_the_table(app):
    ours = {str(rule).split("<")[0] for rule in app.url_map.iter_rules() if "/api/v1/" in str(rule)}

    assert all(any(prefix in route for route in TABLE) for prefix in ours)


@pytest.mark.usefixtures("office")
def test_a_verification_costs_two_statements_at_most(app, make_report, statements):
    report = make_report()
    report.tell("approved")
    code = report.print().code
    report.tell("sent")

    assert statements(lambda: app.test_client().get(f"/api/v1/documents/verify/{code}")) <= 2
