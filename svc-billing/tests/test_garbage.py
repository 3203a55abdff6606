"""Whatever is sent, nobody gets a 5xx: schemathesis over every operation, as each kind of person."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error

OWN = {"customer_id": "0199d000-0000-7000-8000-000000000001"}
EXAMPLES = 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "role", "more"),
    [
        ("opened", "treasurer", {}),
        ("billed", "treasurer", {}),
        ("paid", "treasurer", {}),
        ("paid", "head_of_office", {}),
        ("expired", "customer", OWN),
    ],
)
def test_garbage_never_breaks_an_operation(desk, state, role, more):
    desk.app.config["PROPAGATE_EXCEPTIONS"] = False
    invoice_id = desk.make(state)
    person = desk.as_(role, **more)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", desk.app)
    for operation in schema.get_all_operations():
        batter(operation.ok(), person, invoice_id)


def batter(operation, person, invoice_id):
    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    def send(case):
        if "invoice_id" in case.path_parameters:
            case.path_parameters["invoice_id"] = invoice_id
        case.call_and_validate(headers={"Authorization": f"Bearer {person.token()}"}, checks=[not_a_server_error])

    send()
