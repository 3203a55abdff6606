"""Who may call what: closed unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from chassis import auth, keys, testing
from chassis.auth import SYSTEM, Principal
from chassis.service import create_service
from chassis.web import Blueprint

API = "/api/v1/library"
ROUTES = ("open", "mine", "clerks")


@pytest.fixture
def signer(trusted: Path) -> Callable[[str], keys.Signer]:
    return lambda name: keys.Signer.from_file(name, trusted / f"{name}.json")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_route_without_a_permission_stops_the_service_at_its_start(trusted: Path, tmp_path: Path) -> None:
    bp = Blueprint("careless", __name__)
    bp.get("/careless")(lambda: {"open": True})
    settings = testing.settings("svc_library", tmp_path, trusted, f"sqlite:///{tmp_path}/x.db")

    with pytest.raises(AssertionError, match="routes without a permission: /api/v1/library/careless"):
        create_service("library", package="tests.core.library", blueprints=[bp], overrides=settings)


def test_a_route_added_later_without_a_permission_answers_nobody(trusted: Path, tmp_path: Path, as_: Any) -> None:
    settings = testing.settings("svc_library", tmp_path, trusted, f"sqlite:///{tmp_path}/x.db")
    late = create_service("library", package="tests.core.library", overrides=settings)
    late.add_url_rule("/late", view_func=lambda: {"secret": 1}, endpoint="late")

    answer = late.test_client().get("/late", headers=bearer(as_("head").token()))

    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_nobody_reads_what_is_public_and_is_asked_to_sign_in_elsewhere(app: Flask) -> None:
    client = app.test_client()

    assert client.get(f"{API}/open").json == {"caller": "anonymous"}
    for path in (f"{API}/mine", f"{API}/clerks", "/internal/desk", "/internal/shelves"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json["detail"]


@pytest.mark.parametrize(
    ("role", "statuses"), [("customer", (200, 200, 403)), ("clerk", (200,) * 3), ("head", (200,) * 3)]
)
def test_people_reach_what_their_role_allows(as_: Any, role: str, statuses: tuple[int, ...]) -> None:
    assert tuple(as_(role).get(f"{API}/{route}").status_code for route in ROUTES) == statuses


def test_somebody_without_a_role_is_signed_in_and_no_more(as_: Any) -> None:
    assert [as_().get(f"{API}/{route}").status_code for route in ROUTES] == [200, 200, 403]


def test_people_never_reach_internal_routes(as_: Any) -> None:
    for role in ("customer", "clerk", "head", "system", "svc-catalogue"):
        assert as_(role, id="svc-catalogue").get("/internal/desk").status_code == 403
        assert as_(role).get("/internal/shelves").status_code == 403


def test_a_service_reaches_the_internal_routes_that_name_it_and_no_route_of_people(as_service: Any) -> None:
    catalogue, cellar = as_service("svc-catalogue"), as_service("svc-cellar")

    assert catalogue.get("/internal/desk").json == {"caller": "svc-catalogue"}
    assert cellar.get("/internal/desk").status_code == 403
    assert cellar.get("/internal/shelves").json == {"caller": "svc-cellar"}
    assert [catalogue.get(f"{API}/{route}").status_code for route in ROUTES] == [200, 403, 403]


@pytest.mark.parametrize("kind", ["user", "client", "system", "anonymous", "head", "", None, ...])
def test_only_the_gateway_speaks_for_people(app: Flask, signer: Any, kind: Any) -> None:
    claims = {} if kind is ... else {"kind": kind}
    token = signer("svc-cellar").sign("svc-library", lifetime=60, sub="u1", roles=["head", "clerk"], **claims)

    for path in (f"{API}/clerks", f"{API}/mine", f"{API}/open", "/internal/shelves"):
        assert app.test_client().get(path, headers=bearer(token)).status_code == 401


def test_a_service_is_who_signed_not_who_it_says_it_is(app: Flask, signer: Any) -> None:
    token = signer("svc-cellar").sign("svc-library", lifetime=60, kind="service", sub="svc-catalogue", roles=["head"])
    client = app.test_client()

    assert client.get("/internal/desk", headers=bearer(token)).status_code == 403
    assert client.get("/internal/shelves", headers=bearer(token)).json == {"caller": "svc-cellar"}
    assert client.get(f"{API}/clerks", headers=bearer(token)).status_code == 403


@pytest.mark.parametrize("issuer", ["gateway", "svc-cellar", "svc-library"])
def test_a_grant_for_a_file_is_no_token(app: Flask, signer: Any, issuer: str) -> None:
    token = signer(issuer).sign("svc-library", lifetime=300, kind="grant", file="f1", by="u1", roles=["head"], sub="u1")

    for path in (f"{API}/clerks", f"{API}/open", "/internal/shelves"):
        assert app.test_client().get(path, headers=bearer(token)).status_code == 401


def test_a_token_for_another_service_is_worth_nothing_here(app: Flask, signer: Any) -> None:
    token = signer("gateway").sign("svc-cellar", lifetime=60, sub="u1", roles=["head"], kind="user")

    assert app.test_client().get(f"{API}/mine", headers=bearer(token)).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer x", "Bearer a.b.c", "Basic dTpw", "bearer {}", "Token {}", "Bearer  {}", "Bearer {} {}", "Bearer {},{}"],
)
def test_a_header_that_is_not_exactly_right_is_refused_even_where_nobody_needs_one(
    as_: Any, app: Flask, header: str
) -> None:
    given = header.format(*[as_("head").token()] * 2)

    for route in ROUTES:
        assert app.test_client().get(f"{API}/{route}", headers={"Authorization": given}).status_code == 401


def test_a_principal_carries_what_the_token_says(app: Flask, signer: Any) -> None:
    claims = {
        "sub": "u1",
        "name": "Rina",
        "roles": ["clerk"],
        "customer_id": "c1",
        "scope": {"hall": "east"},
        "ip": "10.0.0.9",
    }
    sealed = signer("gateway").sign("svc-library", lifetime=60, kind="user", rid="r1", sid="s1", **claims)
    said = app.extensions["chassis"].trust.verify(sealed, audience="svc-library")

    assert auth.from_claims(said) == Principal(
        id="u1",
        name="Rina",
        roles=frozenset({"clerk"}),
        customer_id="c1",
        ip="10.0.0.9",
        request_id="r1",
        session_id="s1",
    )
    assert auth.from_claims(said).scope == {"hall": "east"}


@pytest.mark.parametrize(
    ("issuer", "claims", "known"),
    [
        ("gateway", {"kind": "user", "sub": "u1"}, "told-beside"),
        ("gateway", {"kind": "user", "sub": "u1", "rid": "inside"}, "inside"),
        ("svc-cellar", {"kind": "service"}, ""),
        (None, {}, ""),
    ],
)
def test_the_id_of_a_request_counts_beside_a_token_of_the_gateway_only(
    app: Flask, signer: Any, issuer: str | None, claims: dict[str, Any], known: str
) -> None:
    given = {"X-Request-ID": "told-beside"}
    if issuer:
        given |= bearer(signer(issuer).sign("svc-library", lifetime=60, **claims))

    with app.test_request_context(f"{API}/open", headers=given):
        app.preprocess_request()
        assert auth.principal().request_id == known


def test_outside_of_a_request_the_system_acts(context: Flask) -> None:
    assert auth.principal() == SYSTEM


def test_a_service_calls_another_as_itself(context: Flask) -> None:
    claims = context.extensions["chassis"].trust.verify(auth.mint("svc-cellar"), audience="svc-cellar")

    assert (claims["iss"], claims["kind"], claims["exp"] - claims["iat"]) == ("svc-library", "service", 60)


def test_a_file_link_is_leave_to_read_one_file_for_five_minutes(context: Flask) -> None:
    path, _, token = auth.file_link("f1", "u1").partition("?grant=")
    claims = context.extensions["chassis"].trust.verify(token, audience="svc-documents")

    assert path == "/api/v1/documents/files/f1"
    assert (claims["kind"], claims["file"], claims["by"], claims["exp"] - claims["iat"]) == ("grant", "f1", "u1", 300)
