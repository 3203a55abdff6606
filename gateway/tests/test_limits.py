"""How often somebody may ask, and that nobody gets more by lying about where they come from."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from limits import parse
from upstream import Upstream

from chassis.problems import TooMany
from gateway.config import Config
from gateway.incoming import bucket, client_address
from gateway.limits import Limits, Windows

LOGIN = {"username": "cs", "password": "salah sama sekali"}


def limits(**settings: Any) -> Limits:
    return Limits(Config(key_file="", **settings))


def attempts(counter: Limits, times: int, *, address: str, path: str = "/api/v1/identity/sessions") -> list[bool]:
    return [_passes(counter, address, path) for _ in range(times)]


def _passes(counter: Limits, address: str, path: str) -> bool:
    try:
        counter.spend("POST", path, address=address, subject=None)
    except TooMany as refusal:
        return int(refusal.headers["Retry-After"]) < 1
    return True


def test_a_person_gets_so_many_calls_a_minute_and_others_are_not_touched(
    start_gateway: Any, upstream: Upstream
) -> None:
    mine, other = upstream.token(sub="busy"), upstream.token(sub="calm")
    with start_gateway(upstream, LIMIT_API="5/minute") as own:
        statuses = [own.ask("GET", "/api/v1/testing/orders", token=mine).status for _ in range(7)]
        refused = own.ask("GET", "/api/v1/testing/orders", token=mine)

        assert statuses == [200] * 5 + [429] * 2
        assert 1 <= int(refused.header("Retry-After") or 0) <= 60
        assert refused.header("Content-Type") == "application/problem+json"
        assert own.ask("GET", "/api/v1/testing/orders", token=other).status == 200


def test_tracking_without_login_is_counted_by_address() -> None:
    counter = limits(limit_tracking="3/hour")
    path = "/api/v1/testing/trackings"

    assert attempts(counter, 5, address="10.0.0.1", path=path) == [True, True, True, False, False]
    assert attempts(counter, 1, address="10.0.0.2", path=path) == [True]


def test_logins_are_counted_by_address_whatever_the_client_says_about_it(
    start_gateway: Any, upstream: Upstream
) -> None:
    with start_gateway(upstream, LIMIT_LOGIN="3/minute") as own:
        statuses = [
            own.ask("POST", "/api/v1/identity/sessions", body=LOGIN, X_Forwarded_For=f"10.0.0.{number}").status
            for number in range(6)
        ]

    assert statuses == [401] * 3 + [429] * 3
    assert upstream.count("/api/v1/identity/sessions") == 3


def test_behind_one_proxy_only_what_the_proxy_wrote_counts(start_gateway: Any, upstream: Upstream) -> None:
    with start_gateway(upstream, LIMIT_LOGIN="2/minute", TRUSTED_HOPS="1") as own:

        def login(forwarded: str) -> int:
            return own.ask("POST", "/api/v1/identity/sessions", body=LOGIN, X_Forwarded_For=forwarded).status

        spoofed = [login(f"10.0.0.{number}, 203.0.113.5") for number in range(4)]

        assert spoofed == [401, 401, 429, 429]
        assert login("203.0.113.6") == 401


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "2.2.2.2", "2.2.2.2"),
        (1, "not-an-address", "127.0.0.1"),
        (1, "1.1.1.1, <script>", "127.0.0.1"),
    ],
)
def test_the_address_is_what_the_last_trusted_hop_saw(hops: int, forwarded: str, expected: str) -> None:
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(environ, hops) == expected


def test_one_customer_of_an_ipv6_network_is_one_address() -> None:
    assert bucket("2001:db8:1:2::1") == bucket("2001:db8:1:2:ffff::9") != bucket("2001:db8:1:3::1")


def test_ten_thousand_logins_from_fifty_addresses_leave_fifty_budgets() -> None:
    counter = limits(limit_login="100/15 minutes", limit_api="1000000/minute")
    passed = [sum(attempts(counter, 200, address=f"203.0.113.{number}")) for number in range(50)]
    assert passed == [100] * 50


def test_registration_and_login_have_budgets_of_their_own() -> None:
    counter = limits(limit_registration="2/hour", limit_login="3/hour")
    assert attempts(counter, 4, address="::1", path="/api/v1/identity/customers") == [True, True, False, False]
    assert attempts(counter, 4, address="::1") == [True, True, True, False]


def test_the_last_minute_counts_less_the_longer_ago_it_is_and_is_then_forgotten() -> None:
    now = 6000.0
    windows, limit = Windows(lambda: now), parse("10/minute")

    assert [windows.hit(limit, "api", "a") for _ in range(12)] == [True] * 10 + [False] * 2
    assert (windows.hit(limit, "api", "b"), windows.wait(limit)) == (True, 60)
    now += 60
    assert windows.hit(limit, "api", "a") is False
    now += 30
    assert [windows.hit(limit, "api", "a") for _ in range(6)] == [True] * 5 + [False]
    now += 600
    assert [windows.hit(limit, "api", "c"), len(windows)] == [True, 1]


def test_without_redis_limits_are_local_not_gone() -> None:
    counter = limits(limits_url="redis://127.0.0.1:9/0", limit_login="3/hour")
    assert attempts(counter, 5, address="::1") == [True, True, True, False, False]


@pytest.mark.real
def test_with_redis_all_gateways_share_one_count(redis_url: str) -> None:
    first, second = (limits(limits_url=redis_url, limit_login="3/minute") for _ in range(2))
    address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    assert attempts(first, 2, address=address) + attempts(second, 3, address=address) == [
        True,
        True,
        True,
        False,
        False,
    ]
