"""One order seen through all services: its trace over the API, and the spans a collector got."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from watched import Watched

pytestmark = pytest.mark.slow


def test_every_entry_knows_its_request_and_its_trace(watched: Watched) -> None:
    parts = watched.trace()

    kinds = {service: set(Counter(entry["kind"] for entry in entries)) for service, entries in parts.items()}
    assert kinds["testing"] == {"http", "history", "event_out", "event_in"}
    assert kinds["billing"] == {"http", "history", "event_out", "event_in"}
    assert kinds["documents"] == {"history", "event_out", "event_in", "job", "document"}
    assert kinds["notify"] == {"event_in", "message"}
    silent = [entry for entries in parts.values() for entry in entries if not entry["request_id"] or not entry["trace"]]
    assert silent == []


def test_every_event_said_of_the_order_is_heard_once_by_each_who_listens(watched: Watched) -> None:
    parts = watched.trace()

    said = {entry["id"]: entry for entries in parts.values() for entry in entries if entry["kind"] == "event_out"}
    heard = defaultdict(list)
    for service, entries in parts.items():
        for entry in entries:
            if entry["kind"] == "event_in":
                heard[entry["id"]].append(service)
    assert set(heard) == set(said)
    assert all("notify" in services and len(services) == len(set(services)) for services in heard.values())
    assert {entry["status"] for entry in said.values()} == {"published"}


def test_a_cause_is_an_entry_of_the_same_service_and_the_same_request(watched: Watched) -> None:
    for service, entries in watched.trace().items():
        known = {entry["id"]: entry for entry in entries if entry["kind"] in ("event_in", "job")}
        caused = [entry for entry in entries if entry["cause"]]
        assert service == "identity" or caused
        for entry in caused:
            assert entry["cause"] in known, entry
            assert entry["request_id"] == known[entry["cause"]]["request_id"], entry


def test_the_report_leads_back_through_its_job_to_the_click_of_the_coordinator(watched: Watched) -> None:
    parts = watched.trace()

    report = next(
        entry for entry in parts["documents"] if entry["kind"] == "document" and "test_report" in entry["what"]
    )
    job = next(entry for entry in parts["documents"] if entry["kind"] == "job" and entry["id"] == report["cause"])
    asked = next(entry for entry in parts["testing"] if entry["kind"] == "event_out" and entry["id"] == job["cause"])
    click = next(
        entry for entry in parts["testing"] if entry["kind"] == "http" and entry["request_id"] == asked["request_id"]
    )
    assert asked["what"] == "testing.report.approved"
    assert click["what"].endswith("/actions/approve")
    assert click["actor"]["roles"] == ["lab_coordinator"]
    assert report["request_id"] == click["request_id"]


def test_a_collector_gets_one_tree_from_the_gateway_to_the_job(watched: Watched) -> None:
    told = watched.collector.spans
    job = next(span for span in told if span.name == "job documents.render" and not span.is_failed)
    tree = {span.span: span for span in told if span.trace == job.trace}

    path = [job]
    while path[-1].parent:
        path.append(tree[path[-1].parent])

    assert path[-1].service == "gateway"
    assert {"gateway", "svc-documents"} < {span.service for span in path}
    assert {span.name.split()[0] for span in path} >= {"POST", "handle", "job"}
    assert {span.facts["request.id"] for span in path} == {job.facts["request.id"]}
    assert {"publish", "handle"} <= {span.name.split()[0] for span in tree.values()}


def test_every_service_tells_and_every_parent_inside_was_told(watched: Watched) -> None:
    told = watched.collector.spans
    known = {span.span for span in told}
    from_outside = {span.trace for span in told if span.service == "gateway"}

    assert {span.service for span in told} == {"gateway", *(f"svc-{name}" for name in watched.system.state["ports"])}
    inside = [span for span in told if span.trace in from_outside and span.service != "gateway"]
    orphans = [span for span in inside if span.parent not in known]
    assert len(inside) > 100
    assert len(orphans) <= len(inside) // 100, orphans[:5]
