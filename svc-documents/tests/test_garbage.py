"""Whatever is sent, the answer is a success or a problem in words, never a 5xx."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import keys

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("office")]

OPERATIONS = [
    "POST /files",
    "GET /files/{file_id}",
    "GET /files/{file_id}/pages",
    "GET /files/{file_id}/pages/{number}",
    "GET /verify/{code}",
    "POST /verify",
    "GET /drafts/{kinds}/{subject_id}",
    "GET /lists/{export_id}",
    "GET /labels/{order_id}",
    "GET /signatories/form",
    "GET /signatories",
    "POST /signatories",
    "GET /signatories/{signatory_id}",
    "POST /signatories/{signatory_id}/actions/edit",
    "POST /signatories/{signatory_id}/actions/delete",
    "GET /signatories/{signatory_id}/history",
    "GET /formats",
    "GET /formats/{format_id}",
    "POST /formats/{format_id}/actions/edit",
    "GET /formats/{format_id}/history",
    "GET /dead-letters",
    "GET /dead-letters/{letter_id}",
    "POST /dead-letters/{letter_id}/replay",
    "POST /dead-letters/{letter_id}/discard",
    "GET /trace",
    "GET /activity",
]


MASTERS = ("/signatories", "/formats")
SIGNATORY = {"name": "Budi Contoh", "position": "Koordinator", "service": "testing", "valid_from": "2026-01-01"}


@pytest.fixture
def known(as_, trusted, make_report, send, pdf):
    """Things that exist, so that half of the garbage gets past "not found"."""
    report, uploader = make_report(), as_("customer")
    report.tell("approved")
    document = report.print()
    report.tell("sent")
    file_id = send(uploader, pdf()).json["id"]
    signer = keys.Signer.from_file("svc-testing", trusted / "svc-testing.json")
    admin = as_("super_admin")
    signatory = admin.post("/api/v1/documents/signatories", json=SIGNATORY).json["id"]
    dress = admin.get("/api/v1/documents/formats").json["items"][0]["id"]
    leave = {"kind": "grant", "file": report.id, "by": "svc-testing"}
    return {
        "path": {"file_id": file_id, "code": document.code, "kinds": "test-reports", "subject_id": report.id}
        | {"signatory_id": signatory, "format_id": dress, "order_id": report.order_id, "number": 1},
        "grant": signer.sign("svc-documents", lifetime=300, **leave),
    }


@pytest.mark.parametrize("operation", OPERATIONS)
def test_garbage_gets_an_answer_in_words(app, as_, known, operation):
    method, path = operation.split()
    described = schemathesis.openapi.from_wsgi("/openapi.json", app)[f"/api/v1/documents{path}"][method]
    caller = as_("super_admin" if path.startswith(MASTERS) else "customer")

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described.as_strategy(), exists=st.booleans(), is_granted=st.booleans())
    def check(case, exists, is_granted):
        if exists:
            own = case.path_parameters or {}
            case.path_parameters = {name: known["path"].get(name, value) for name, value in own.items()}
        if is_granted:
            case.query = {**(case.query or {}), "grant": known["grant"]}
        answer = case.call(headers={"Authorization": f"Bearer {caller.token()}"})
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json")

    check()


def test_every_operation_of_ours_is_tried(app):
    described = app.test_client().get("/openapi.json").json["paths"]
    ours = {
        f"{method.upper()} {path.removeprefix('/api/v1/documents')}"
        for path, methods in described.items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    }

    assert ours - {"GET /workflows"} == set(OPERATIONS)
