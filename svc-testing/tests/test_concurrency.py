"""Two people at once. On PostgreSQL the rows really race; on SQLite the second waits."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from chassis.db import atomic, db
from svc_testing.catalogue.models import FROZEN
from svc_testing.orders.models import Order
from svc_testing.samples.models import Sample, SampleParameter

API = "/api/v1/testing"
CLIENTS, ORDERS = 8, 200


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        barrier.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("attempt", range(4))
def test_the_last_two_analyses_verified_at_once_finish_the_sample(office: Any, attempt: int) -> None:
    order = office.make("started")
    analyses = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"]
    for analysis in analyses:
        office.act(office.analyst, analysis, "submit", "analyses", result="7,0", tested_on="2026-08-20")
    paths = [f"{API}/analyses/{analysis['id']}/actions/verify" for analysis in analyses]

    answers = at_once(*(lambda path=path: office.supervisor.post(path, json={}) for path in paths))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert office.order(order["id"])["samples"][0]["status"]["code"] == "verified"


def test_two_people_forward_an_order_once(office: Any, published: Any) -> None:
    order = office.make("submitted")
    path = f"{API}/orders/{order['id']}/actions/forward"

    answers = at_once(*[lambda: office.customer_service.post(path, json={"capability_confirmed": True})] * 4)

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert published().count("testing.order.forwarded") == 1


@pytest.mark.slow
def test_eight_clients_number_two_hundred_orders_without_gap_or_double(office: Any) -> None:
    paths = [f"{API}/orders/{order_id}/actions/number" for order_id in ready_to_number(office)]
    shares = [paths[n::CLIENTS] for n in range(CLIENTS)]

    def number(share: list[str]) -> list[tuple[str, str]]:
        answers = [office.customer_service.post(path, json={}).json for path in share]
        return [(answer["number"], answer["samples"][0]["number"]) for answer in answers]

    issued = [pair for answer in at_once(*(lambda s=share: number(s) for share in shares)) for pair in answer]

    assert sorted(number for number, _ in issued) == [f"{n:05d}" for n in range(1, ORDERS + 1)]
    assert sorted(sample for _, sample in issued) == [f"P.{n:05d} - {office.YEAR}" for n in range(1, ORDERS + 1)]


def ready_to_number(office: Any) -> list[str]:
    """Paid orders with one accepted sample each, like one that the acts have made."""
    first = office.make("paid", parameters=("pH",))
    office.accept(first["samples"][0])
    with office.app.app_context(), atomic():
        order = db.session.get(Order, uuid.UUID(first["id"]))
        twins = [twin_of(order, n) for n in range(1, ORDERS)]
        db.session.add_all(twins)
        db.session.flush()
        return [first["id"], *(str(twin.id) for twin in twins)]


def twin_of(order: Order, n: int) -> Order:
    sample = order.samples[0]
    kept = {
        "status",
        "customer_id",
        "customer_name",
        "created_by",
        "origin",
        "paid_at",
        "invoice_revision",
        "report_name",
    }
    twin = Order(pre_number=f"POP-T{n}", **{name: getattr(order, name) for name in kept})
    parts = {"status", "sample_type", "code_location", "standard_id", "position", "conclusion", "received_at"}
    other = Sample(order=twin, **{name: getattr(sample, name) for name in parts})
    chosen = sample.parameters[0]
    frozen = {name: getattr(chosen, name) for name in (*FROZEN, "parameter_id", "position")}
    other.parameters = [SampleParameter(**frozen)]
    return twin
