"""Whatever is sent, nobody gets a 5xx: schemathesis over every operation, as people of several roles and orders of several states."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error

EXAMPLES = 6
PEOPLE = (
    ("drafted", "customer"),
    ("paid", "customer_service"),
    ("started", "supervisor"),
    ("started", "analyst"),
    ("typed", "lab_coordinator"),
    ("sent", "customer"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("state", "role"), PEOPLE)
def test_garbage_never_breaks_an_operation(office: Any, state: str, role: str) -> None:
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    order = office.make(state)
    seen = office.seen_by(office.lab_coordinator, order["id"]) if order["number"] else order
    analyses = [analysis for sample in seen["samples"] for analysis in sample["analyses"]]
    known = {
        "order_id": order["id"],
        "sample_id": order["samples"][0]["id"],
        "analysis_id": analyses[0]["id"] if analyses else None,
        "report_id": seen["reports"][0]["id"] if seen.get("reports") else None,
        "standard_id": order["samples"][0]["standard"]["id"],
    }
    schema = schemathesis.openapi.from_wsgi("/openapi.json", office.app)
    for operation in schema.get_all_operations():
        batter(operation.ok(), getattr(office, role), {name: value for name, value in known.items() if value})


def batter(operation: Any, person: Any, known: dict[str, str]) -> None:
    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    def send(case: Any) -> None:
        case.path_parameters.update({name: value for name, value in known.items() if name in case.path_parameters})
        case.call_and_validate(headers={"Authorization": f"Bearer {person.token()}"}, checks=[not_a_server_error])

    send()
