"""What findings about gateways say can go wrong at a door, one row each."""

from __future__ import annotations

import pytest
from running import Gateway
from upstream import Upstream

ODD_TARGETS = (
    "/api/v1/testing/../../internal/revocations",
    "/api/v1/testing/..",
    "/api/v1/testing/./orders",
    "/api/v1/testing//orders",
    "//api/v1/testing/orders",
    "/api/v1/testing/%2e%2e/%2e%2e/internal",
    "/api/v1/testing/%2E%2e/internal",
    "/api/v1/testing%2forders",
    "/api/v1/testing/%2Finternal",
    "/api/v1/testing/orders%5c..%5cinternal",
    "/api/v1/testing/orders\\internal",
    "/api/v1/testing/orders;jsessionid=1",
    "/api/v1/testing/orders%3b",
    "/api/v1/testing/orders%00",
    "/api/v1/testing/orders%0d%0aX-User:%20root",
    "/api/v1/testing/orders%7f",
    "/api/v1/testing/%252e%252e/internal",
    "/api/v1/testing/orders%c0%ae",
    "/api/v1/testing/orders%zz",
    "/api/v1/testing/orders?q=%00",
    "http://127.0.0.1/api/v1/testing/orders",
    "http://identity/internal/revocations",
    "/../internal/revocations",
    "/masuk/..;/internal",
)

HIDDEN = (
    "/internal/revocations",
    "/api/v1/identity/internal/revocations",
    "/api/v1/internal/revocations",
    "/api/v1/unknown/orders",
    "/api/v1/",
    "/api/v1",
    "/api/internal",
    "/api/v2/testing/orders",
    "/openapi.json",
    "/testing/orders",
)

FORGED = (
    "X-User",
    "X-User-Id",
    "X-Role",
    "X-Internal-Token",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X.Forwarded.For",
    "Forwarded",
    "X-Real-IP",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
    "Cookie",
    "Proxy-Authorization",
    "Proxy",
    "TE",
    "Upgrade",
    "Via",
    "True-Client-IP",
)

SMUGGLED = (
    (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "length and chunks"),
    (b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", "two lengths"),
    (b"Content-Length: +4\r\n\r\nabcd", "signed length"),
    (b"Transfer-Encoding: xchunked\r\n\r\n", "unknown coding"),
    (b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "chunked not last"),
    (b"X-A: 1\r\n folded\r\n\r\n", "folded line"),
    (b"X-A : 1\r\n\r\n", "space before colon"),
    (b"X A: 1\r\n\r\n", "space in name"),
    (b"X-A: a\x00b\r\n\r\n", "zero byte"),
)


def forwarded(upstream: Upstream) -> list[str]:
    """What was called for this request; pages ask for the name of the office by themselves."""
    return [seen.target for seen in upstream.seen if seen.header("Traceparent") and not seen.target.endswith("/office")]


@pytest.mark.parametrize("target", ODD_TARGETS)
def test_an_odd_address_is_refused_before_anything_is_routed(
    gateway: Gateway, upstream: Upstream, token: str, target: str
) -> None:
    answer = gateway.ask("GET", target, token=token)

    assert (answer.status, answer.header("Content-Type")) == (400, "application/problem+json")
    assert answer.json["status"] == 400
    assert forwarded(upstream) == []


@pytest.mark.parametrize("target", HIDDEN)
def test_what_is_inside_cannot_be_addressed(gateway: Gateway, upstream: Upstream, token: str, target: str) -> None:
    answer = gateway.ask("GET", target, token=token)

    assert answer.status == 404
    assert b"INSIDE" not in answer.content
    assert forwarded(upstream) == []


@pytest.mark.parametrize("name", FORGED)
def test_a_header_about_oneself_does_not_pass(gateway: Gateway, upstream: Upstream, token: str, name: str) -> None:
    gateway.raw(
        f"GET /api/v1/testing/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{name}: root\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )

    seen = upstream.last("/api/v1/testing/orders")
    assert name.lower() not in seen.names()
    assert "root" not in {value for _, value in seen.headers}


@pytest.mark.parametrize(
    "line", ["SCRIPT_NAME: /api", "PATH_INFO: /internal", "X_User: root", "X_Request_ID: forged-forged"]
)
def test_a_header_with_an_underscore_is_dropped(gateway: Gateway, upstream: Upstream, token: str, line: str) -> None:
    gateway.raw(
        f"GET /api/v1/testing/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{line}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )

    seen = upstream.last("/api/v1/testing/orders")
    assert seen.target == "/api/v1/testing/orders"
    assert line.partition(": ")[2] not in {value for _, value in seen.headers}


@pytest.mark.parametrize("listed", ["If-Match", "if-match", "close, IF-MATCH", "keep-alive,if-match ,x"])
def test_names_listed_by_connection_are_dropped_first(
    gateway: Gateway, upstream: Upstream, token: str, listed: str
) -> None:
    gateway.ask("GET", "/api/v1/testing/orders", token=token, If_Match='"7"', Connection=listed)

    assert "if-match" not in upstream.last("/api/v1/testing/orders").names()


def test_connection_cannot_remove_what_the_gateway_adds(gateway: Gateway, upstream: Upstream, token: str) -> None:
    gateway.ask("GET", "/api/v1/testing/orders", token=token, Connection="Authorization, X-Request-ID, Traceparent")

    assert {"authorization", "x-request-id", "traceparent"} <= upstream.last("/api/v1/testing/orders").names()


def test_a_cookie_set_for_one_never_reaches_another(gateway: Gateway, upstream: Upstream, token: str) -> None:
    answer = gateway.ask("GET", "/api/v1/testing/cookie", token=token)
    gateway.ask("GET", "/api/v1/testing/orders", token=token, Cookie="mine=1")

    assert answer.header("Set-Cookie") is None
    assert "cookie" not in upstream.last("/api/v1/testing/orders").names()


def test_no_redirect_is_followed(gateway: Gateway, upstream: Upstream, token: str) -> None:
    answer = gateway.ask("GET", "/api/v1/testing/redirect", token=token)

    assert answer.status == 302
    assert upstream.count("/internal/secret") == 0


def test_an_address_inside_is_not_told(gateway: Gateway, token: str) -> None:
    answer = gateway.ask("GET", "/api/v1/testing/redirect-inside", token=token)

    assert (answer.status, answer.header("Location")) == (302, None)


def test_a_compressed_body_passes_as_it_is(gateway: Gateway, token: str) -> None:
    answer = gateway.ask("GET", "/api/v1/testing/gzip", token=token, Accept_Encoding="gzip")

    assert answer.header("Content-Encoding") == "gzip"
    assert answer.content.startswith(b"\x1f\x8b")


def test_answers_lose_what_is_for_one_hop(gateway: Gateway, token: str) -> None:
    answer = gateway.ask("GET", "/api/v1/testing/hop", token=token)

    assert answer.header("X-Secret") is None
    assert answer.header("ETag") is None
    assert answer.header("Server") != "inner"


@pytest.mark.parametrize(("rest", "why"), SMUGGLED, ids=[why for _, why in SMUGGLED])
def test_an_ambiguous_message_is_refused(gateway: Gateway, upstream: Upstream, rest: bytes, why: str) -> None:
    said = gateway.raw(
        b"POST /api/v1/testing/orders HTTP/1.1\r\nHost: a\r\n" + rest + b"GET /smuggled HTTP/1.1\r\n\r\n"
    )

    assert said.split(b" ")[1] in (b"400", b"501"), why
    assert said.count(b"HTTP/1.1 ") == 1
    assert upstream.count("/api/v1/testing/orders") == 0


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GETX"])
def test_only_known_methods_pass(gateway: Gateway, upstream: Upstream, token: str, method: str) -> None:
    answer = gateway.ask(method, "/api/v1/testing/orders", token=token)

    assert answer.status == 405
    assert upstream.count("/api/v1/testing/orders") == 0


def test_proxy_settings_and_netrc_of_the_machine_count_for_nothing(
    start_gateway, upstream: Upstream, token: str, tmp_path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login root password secret\n")
    (tmp_path / ".netrc").chmod(0o600)

    with start_gateway(
        upstream, HOME=str(tmp_path), HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9"
    ) as own:
        answer = own.ask("GET", "/api/v1/testing/orders", token=token)

    assert answer.status == 200
    assert (upstream.last("/api/v1/testing/orders").header("Authorization") or "").startswith("Bearer ")


@pytest.mark.parametrize(
    "header", ["Location: /x\r\nSet-Cookie: a=b", "X-Request-ID: a b", "X-Request-ID: " + "a" * 200]
)
def test_a_request_id_that_is_none_is_replaced(gateway: Gateway, upstream: Upstream, token: str, header: str) -> None:
    gateway.raw(
        f"GET /api/v1/testing/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )

    assert len(upstream.last("/api/v1/testing/orders").header("X-Request-ID") or "") == 36
