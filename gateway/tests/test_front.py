"""The address where a proxy in front asks for its readers' internal tokens, and who gets nothing there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet
from running import Gateway
from test_tokens import FORGERIES, Forger
from upstream import PERSON, Upstream

from chassis import keys
from chassis.keys import Signer

SECRET = "rahasia-untuk-proksi-di-depan"
ASKS = {"X_Front_Secret": SECRET, "X_Gate_Service": "testing"}


@pytest.fixture(scope="module")
def fronted(
    shared_upstream: Upstream, start_gateway: Callable[..., AbstractContextManager[Gateway]]
) -> Iterator[Gateway]:
    settings = {"FRONT_SECRET": SECRET, "TRUSTED_HOPS": "1", "LIMIT_API": "100000/minute", "REVOCATION_SECONDS": "0.3"}
    with start_gateway(shared_upstream, **settings) as running:
        yield running


def said(token: str | None, key_file: Path, service: str = "testing") -> dict[str, Any]:
    assert token
    public = Signer.from_file("gateway", key_file).public_set()
    key = KeySet.import_key_set(public).keys[0]
    return keys.verify(token, key, issuer="gateway", audience=f"svc-{service}")


def test_the_front_gets_a_token_for_one_service_one_person_and_one_address(
    fronted: Gateway, token: str, key_file: Path
) -> None:
    answer = fronted.ask("GET", "/gate", token=token, X_Forwarded_For="203.0.113.7", **ASKS)

    assert (answer.status, answer.content) == (204, b"")
    claims = said(answer.header("X-Internal-Token"), key_file)
    assert (claims["sub"], claims["ip"]) == (PERSON["sub"], "203.0.113.7")
    assert claims["exp"] - claims["iat"] == 60
    assert answer.header("Cache-Control") == "no-store"


def test_each_service_and_address_has_a_token_of_its_own(fronted: Gateway, token: str, key_file: Path) -> None:
    other = {**ASKS, "X_Gate_Service": "billing"}
    answers = [
        fronted.ask("GET", "/gate", token=token, X_Forwarded_For=address, **asks)
        for asks, address in ((ASKS, "203.0.113.7"), (ASKS, "203.0.113.8"), (other, "203.0.113.7"))
    ]

    assert len({answer.header("X-Internal-Token") for answer in answers}) == 3
    assert said(answers[2].header("X-Internal-Token"), key_file, "billing")["ip"] == "203.0.113.7"


@pytest.mark.parametrize("asks", [{}, {"X_Front_Secret": ""}, {"X_Front_Secret": SECRET[:-1]}, {"X_Front_Secret": "é"}])
def test_nobody_else_finds_it(fronted: Gateway, token: str, asks: dict[str, str]) -> None:
    answer = fronted.ask("GET", "/gate", token=token, X_Gate_Service="testing", **asks)

    assert answer.status == 404
    assert answer.header("X-Internal-Token") is None


@pytest.mark.parametrize("secret", ["", SECRET])
def test_without_a_secret_there_is_no_such_address(gateway: Gateway, token: str, secret: str) -> None:
    assert gateway.ask("GET", "/gate", token=token, X_Gate_Service="testing", X_Front_Secret=secret).status == 404


@pytest.mark.parametrize("service", ["", "training/", "gateway", "../testing"])
def test_a_service_that_does_not_exist_gets_no_token(fronted: Gateway, token: str, service: str) -> None:
    assert fronted.ask("GET", "/gate", token=token, X_Front_Secret=SECRET, X_Gate_Service=service).status == 404


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(name: str, fronted: Gateway, upstream: Upstream) -> None:
    answer = fronted.ask("GET", "/gate", token=FORGERIES[name](Forger(upstream.access)), **ASKS)

    assert answer.status == 401
    assert answer.header("X-Internal-Token") is None


def test_nobody_without_a_token_is_let_in(fronted: Gateway) -> None:
    assert fronted.ask("GET", "/gate", **ASKS).status == 401


def test_what_identity_revoked_gets_no_further_token(fronted: Gateway, upstream: Upstream) -> None:
    token = upstream.token(sid="ended-at-the-front")
    assert fronted.ask("GET", "/gate", token=token, **ASKS).status == 204
    upstream.revoke(sid="ended-at-the-front")

    until = time.monotonic() + 5
    while (status := fronted.ask("GET", "/gate", token=token, **ASKS).status) == 204 and time.monotonic() < until:
        time.sleep(0.05)
    assert status == 401
