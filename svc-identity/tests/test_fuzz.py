"""Whatever is sent, the answer is a success or a problem in words, never a 5xx."""

import os
import re
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svc_identity.sessions import throttle

pytestmark = [pytest.mark.usefixtures("cheap_hashing"), pytest.mark.slow]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))


@pytest.fixture
def ids(office):
    """Things that exist, so that half of the garbage gets past "not found"."""
    customer = office.customer()
    clerk = office.staff()
    away = {"user_id": clerk, "from_on": "2099-01-01", "until_on": "2099-01-02"}
    absence = office.admin.post(f"{office.API}/absences", json=away).json["id"]
    client = office.admin.post(f"{office.API}/clients", json={"name": "x", "scopes": ["events:read"]}).json["id"]
    known = {"customer_id": customer["id"], "member_id": customer["members"][0]["id"], "staff_id": clerk}
    return known | {"absence_id": absence, "client_id": client, "falls_on": "2026-10-23"}


OPERATIONS = re.findall(
    r"^((?:GET|POST|PUT|PATCH|DELETE) +[a-z]\S*)", Path(__file__).with_name("test_access.py").read_text(), re.M
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_garbage_gets_an_answer_in_words(app, as_, ids, monkeypatch, operation):
    method, path = operation.replace("<", "{").replace(">", "}").split()
    monkeypatch.setattr(throttle, "take", lambda limit, key: 0.0)
    described = schemathesis.openapi.from_wsgi("/openapi.json", app)[f"/api/v1/identity/{path}"][method]
    callers = [as_("super_admin"), as_("customer", id=ids["member_id"], customer_id=ids["customer_id"])]

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described.as_strategy(), caller=st.sampled_from(callers), exists=st.booleans())
    def check(case, caller, exists):
        if exists:
            case.path_parameters = {name: ids.get(name, value) for name, value in (case.path_parameters or {}).items()}
        answer = case.call(headers={"Authorization": f"Bearer {caller.token()}"})
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json")

    check()
