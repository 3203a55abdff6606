"""The bell's event stream: nudges pass at once, and no stream outlives its time, its session or its process."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from running import Gateway
from upstream import Upstream

PATH = "/api/v1/notify/stream"


def listen(gateway: Gateway, token: str, *, seconds: float = 60) -> tuple[int, float, bytes]:
    """Status, how long the stream lasted, what it said."""
    began = time.monotonic()
    with gateway.open("GET", PATH, token=token) as response:
        return response.status, time.monotonic() - began, response.read()


def test_nudges_arrive_while_the_stream_is_open(gateway: Gateway, token: str) -> None:
    began = time.monotonic()
    with gateway.open("GET", PATH, token=token) as response:
        first = response.read1(100)

        assert first.startswith(b"event: nudge\ndata: 0\n")
        assert response.getheader("Content-Type") == "text/event-stream"
        assert time.monotonic() - began < 5


@pytest.mark.slow
def test_a_stream_is_short(start_gateway: Any, upstream: Upstream, token: str) -> None:
    with start_gateway(upstream, STREAM_SECONDS="1") as own:
        began = time.monotonic()
        status, _, said = listen(own, token)

        assert (status, said.count(b"event: nudge") >= 3) == (200, True)
        assert time.monotonic() - began < 4


@pytest.mark.slow
def test_streams_are_few_and_each_that_ends_makes_room(start_gateway: Any, upstream: Upstream) -> None:
    with start_gateway(upstream, STREAM_SECONDS="2", MAX_STREAMS="2") as own:
        statuses: list[int] = []
        listening = [
            threading.Thread(target=lambda name=name: statuses.append(listen(own, upstream.token(sub=name))[0]))
            for name in ("a", "b")
        ]
        for thread in listening:
            thread.start()
        time.sleep(0.7)

        refused = own.ask("GET", PATH, token=upstream.token(sub="c"))
        assert (refused.status, refused.header("Retry-After")) == (503, "2")

        for thread in listening:
            thread.join()
        assert statuses == [200, 200]
        assert listen(own, upstream.token(sub="c"))[0] == 200


def test_a_stream_ends_with_its_session(gateway: Gateway, upstream: Upstream) -> None:
    token = upstream.token(sid="watching")
    threading.Timer(0.5, lambda: upstream.revoke(sid="watching")).start()
    began = time.monotonic()

    assert listen(gateway, token)[0] == 200
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_a_gateway_told_to_stop_does_not_wait_for_its_streams(
    start_gateway: Any, upstream: Upstream, token: str
) -> None:
    with start_gateway(upstream) as own:
        listening = threading.Thread(target=lambda: listen(own, token))
        listening.start()
        time.sleep(0.7)
        began = time.monotonic()
        own.process.terminate()
        own.process.wait(10)
        listening.join()

        assert time.monotonic() - began < 4


@pytest.mark.parametrize(("given", "status"), [({}, 401), ({"Authorization": "Bearer x"}, 401)])
def test_strangers_hear_nothing(gateway: Gateway, upstream: Upstream, given: dict[str, str], status: int) -> None:
    assert gateway.ask("GET", PATH, **given).status == status
    assert gateway.ask("GET", "/stream").status in (401, 303)
    assert upstream.count(PATH) == 0
