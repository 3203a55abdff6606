"""Is it alive, is it ready, how is it doing; and which request was it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import testing
from chassis.db import atomic, db
from chassis.events import emit, inbox
from tests.core.conftest import installation, postgresql_database
from tests.core.engines import BOTH
from tests.core.library import create_app

API = "/api/v1/library"


def figures(app: Flask) -> dict[str, float]:
    """Every sample of `/metrics` by its name and labels."""
    text = app.test_client().get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^([^#\s]+(?:\{.*\})?) (\S+)$", text, re.M)}


@BOTH
def test_a_service_with_its_database_is_alive_and_ready(app: Flask) -> None:
    client = app.test_client()

    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"status": "ok"})
    assert (client.get("/readyz").status_code, client.get("/readyz").json["status"]) == (200, "ok")


def test_without_its_schema_a_service_is_alive_and_not_ready(tmp_path: Path, trusted: Path) -> None:
    empty = create_app(**testing.settings("svc_library", tmp_path, trusted, f"sqlite:///{tmp_path}/empty.db"))
    client = empty.test_client()

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert "outbox_events" not in figures(empty)
    with empty.app_context():
        db.engine.dispose()


@pytest.mark.real
def test_when_the_database_goes_a_service_is_not_ready_and_says_so_without_crashing(
    postgresql_url: str, tmp_path: Path, trusted: Path
) -> None:
    with postgresql_database(postgresql_url) as url, installation(url, tmp_path, trusted) as app:
        client = app.test_client()
        assert client.get("/readyz").status_code == 200
        server = sa.create_engine(
            sa.engine.make_url(postgresql_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {sa.engine.make_url(url).database} WITH (FORCE)"))
        server.dispose()

        assert [client.get("/readyz").status_code for _ in range(3)] == [503, 503, 503]
        assert (client.get("/healthz").status_code, client.get("/metrics").status_code) == (200, 200)
        assert client.get(f"{API}/entries").status_code == 503


@BOTH
def test_the_figures_say_how_much_waits_and_what_is_dead(app: Flask) -> None:
    names = ("outbox_events", "inbox_events", "dead_letters_open")
    assert [figures(app)[name] for name in names] == [0, 0, 0]

    with app.app_context(), atomic():
        for number in range(3):
            emit("library.loan.asked", {"number": number}, partition_key="k")
        inbox.store([b"no event"])

    found = figures(app)
    assert [found[name] for name in names] == [3, 0, 1]
    assert 0 <= found["outbox_oldest_seconds"] < 60
    assert found["inbox_oldest_seconds"] == 0


def test_answers_are_counted_by_endpoint_method_and_status(app: Flask) -> None:
    label = 'http_requests_total{endpoint="library.read_mine",method="GET",status="401"}'
    before = figures(app).get(label, 0)

    for _ in range(3):
        app.test_client().get(f"{API}/mine")

    assert figures(app)[label] == before + 3


def test_whatever_is_asked_for_the_number_of_figures_stays_small(app: Flask) -> None:
    def ask(number: int) -> None:
        client = app.test_client()
        client.get(f"/nowhere/{number}")
        client.open(f"{API}/open", method=f"INVENTED{number}")
        client.get(f"{API}/open?x={number}", headers={"User-Agent": str(number)})

    ask(0)
    names = set(figures(app))
    for number in range(1, 20):
        ask(number)

    assert set(figures(app)) == names


@pytest.mark.parametrize("given", ["request-0001", "a" * 64, "A.b_c-12345"])
def test_a_request_keeps_the_id_it_came_with(app: Flask, given: str) -> None:
    assert app.test_client().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space", "<script>alert", "a/../../etc", "ä" * 10, "{{7*7}}xxx"]
)
def test_a_request_without_a_decent_id_gets_one(app: Flask, given: str) -> None:
    ids = {app.test_client().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] for _ in range(3)}

    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", found) for found in ids)


@pytest.mark.parametrize("parent", ["00-" + "a" * 32 + "-" + "b" * 16 + "-01", "", "nonsense", "00-xyz-1-01"])
def test_what_an_act_says_carries_the_trace_it_came_with(
    app: Flask, as_: Any, context: Any, loan: Any, parent: str
) -> None:
    from chassis.events import Outbox
    from tests.core.conftest import CUSTOMER

    made = loan()
    path = f"{API}/loans/{made.id}/actions/ask"
    headers = {"traceparent": parent, "X-Request-ID": "request-0001"}
    answer = as_("customer", customer_id=CUSTOMER).post(path, json={"agreed": True}, headers=headers)

    assert answer.status_code == 200
    said = db.session.scalars(sa.select(Outbox).filter_by(type="library.loan.asked")).one()
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", said.traceparent)
    assert (said.traceparent.split("-")[1] == "a" * 32) == parent.startswith("00-a")
    assert said.correlation_id == "request-0001"
