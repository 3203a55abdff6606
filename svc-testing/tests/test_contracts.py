from __future__ import annotations

from typing import Any

import pytest

from chassis.testing import CONTRACTS, example, same_shape
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.orders.workflow import ORDER
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.workflow import SAMPLE

FLOWS = (ORDER, SAMPLE, ANALYSIS, REPORT)
CREATED = {"testing.order.drafted", "testing.report.drafted", "testing.export.closed"}
PERSONAL = ("Contoh Tirta", "0561700123", "a@contoh.test", "Rina", "7,0")


def test_every_declared_event_has_an_example_and_every_example_is_declared() -> None:
    declared = {f"testing.{row.event}" for flow in FLOWS for row in flow.transitions.values() if row.event} | CREATED
    shown = {path.stem for path in (CONTRACTS / "events").glob("testing.*.json")}

    assert declared == shown


def test_what_is_published_has_the_shape_of_its_example(office: Any, published: Any) -> None:
    order = office.make("sent", samples=2)
    report = office.reports(order)[0]
    office.act(office.customer, report, "request_amendment", "reports", reason="Nama salah", change="Nama dibetulkan")
    other = office.make("paid")
    refund = {"requested_by": "Rina", "proof_file": office.CUSTOMER, "refund": "deposit"}
    office.act(office.customer_service, other, "cancel_paid", reason="Batal", **refund)
    third = office.make("distributed")
    office.act(
        office.lab_coordinator,
        third["samples"][0],
        "cancel",
        "samples",
        reason="Rusak",
        customer_informed=True,
        refund="deposit",
    )

    events = published(full=True)

    assert len({kind for kind, _ in events}) > 25
    assert [fault for kind, data in events for fault in same_shape(data, example(kind)["data"], kind)] == []


def test_events_carry_no_results_and_nobodys_name(office: Any, published: Any) -> None:
    office.make("sent")

    told = " ".join(str(data) for _, data in published(full=True))

    assert [word for word in PERSONAL if word in told] == []


@pytest.mark.parametrize("number", ["content"])
def test_the_report_content_has_the_shape_documents_print(office: Any, as_service: Any, number: str) -> None:
    import json

    order = office.make("approved")
    report = office.reports(order)[0]
    documents = as_service("svc-documents")

    path = f"/internal/reports/{report['id']}/{number}"
    shown = documents.get(f"{path}?render_id={office.render_id(report)}").json

    wanted = json.loads((CONTRACTS / "calls" / "testing.report_content.json").read_text())
    assert same_shape(shown, wanted, "content") == []
    assert shown["samples"][0]["results"][0]["result"] == "7,0"
    assert office.customer_service.get(path).status_code == 403
