"""Who is calling, and which routes they may call. Closed by default: a route without a permission stops the service."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from chassis.keys import BadToken
from chassis.problems import NotAllowed, Unauthenticated

INTERNAL_LIFETIME = 60
GRANT_LIFETIME = 300

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Principal:
    """A person, a service, another system (`client`), the system itself, or nobody."""

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    customer_id: str | None = None
    kind: str = "user"
    scope: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    ip: str = ""
    request_id: str = ""
    session_id: str = ""

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_anonymous(self) -> bool:
        return self.kind == "anonymous"

    @property
    def customer_uuid(self) -> uuid.UUID | None:
        return uuid.UUID(self.customer_id) if self.customer_id else None


SYSTEM = Principal(id="system", name="Sistem", roles=frozenset({"system"}), kind="system")
ANONYMOUS = Principal(id="anonymous", kind="anonymous")


def principal() -> Principal:
    """Who makes the current request; SYSTEM outside of one."""
    return g.get("principal", SYSTEM) if g else SYSTEM


def _access(**rule: Any) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.__dict__["access"] = rule
        return view

    return mark


def public(view: F) -> F:
    """Anybody, also without a token."""
    return _access(kind="public")(view)


def signed_in(view: F) -> F:
    """Any person or other system with a valid token; the rule behind decides the rest."""
    return _access(kind="signed_in")(view)


def requires(*roles: str) -> Callable[[F], F]:
    """People with one of these roles."""
    return _access(kind="roles", roles=frozenset(roles))


def internal(*services: str) -> Callable[[F], F]:
    """Only these services (or the gateway), by their own key."""
    return _access(kind="internal", services=frozenset(services))


def any_service(view: F) -> F:
    """Every service, by its own key; no person."""
    return _access(kind="internal", services=None)(view)


def access_of(app: Flask, endpoint: str) -> dict[str, Any] | None:
    return getattr(app.view_functions[endpoint], "access", None)


def init_app(app: Flask) -> None:
    app.before_request(_authenticate)


def check_routes(app: Flask) -> None:
    """Every route says who may use it."""
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not rule.endpoint.startswith("api-docs.")
        and access_of(app, rule.endpoint) is None
    ]
    if silent:
        raise AssertionError(f"routes without a permission: {', '.join(sorted(silent))}")


def _authenticate() -> None:
    g.principal = _caller()
    if request.endpoint is None or request.endpoint.startswith("api-docs."):
        return
    rule = access_of(current_app, request.endpoint)
    if rule is None:
        raise NotAllowed()
    _permit(rule, g.principal)


def _permit(rule: dict[str, Any], caller: Principal) -> None:
    if rule["kind"] == "public":
        return
    if caller.is_anonymous:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    if rule["kind"] == "internal":
        services = rule["services"]
        if caller.kind != "service" or (services is not None and caller.id not in services):
            raise NotAllowed()
    elif caller.kind == "service" or (rule["kind"] == "roles" and not caller.has(*rule["roles"])):
        raise NotAllowed()


def _caller() -> Principal:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        return ANONYMOUS
    chassis = current_app.extensions["chassis"]
    try:
        if scheme != "Bearer":
            raise BadToken("scheme")
        claims = chassis.trust.verify(token, audience=f"svc-{chassis.name}")
        if claims.get("kind") == "grant":
            raise BadToken("kind")
        if claims["iss"] != "gateway" and claims.get("kind") != "service":
            raise BadToken("only the gateway speaks for people")
        return _in_request(from_claims(claims), claims["iss"])
    except BadToken as error:
        raise Unauthenticated("Token tidak berlaku.", headers={"WWW-Authenticate": "Bearer"}) from error


def _in_request(caller: Principal, issuer: str) -> Principal:
    """The gateway uses a token for several calls, so the request's id comes beside it; beside anybody else's it counts for nothing."""
    if issuer != "gateway" or caller.request_id:
        return caller
    return replace(caller, request_id=g.get("request_id", ""))


def from_claims(claims: dict[str, Any]) -> Principal:
    kind = claims.get("kind", "user")
    return Principal(
        id=claims["iss"] if kind == "service" else claims.get("sub", "anonymous"),
        name=claims.get("name", ""),
        roles=frozenset(claims.get("roles", ())),
        customer_id=claims.get("customer_id"),
        kind=kind,
        scope=claims.get("scope") or {},
        ip=claims.get("ip", ""),
        request_id=claims.get("rid", ""),
        session_id=claims.get("sid", ""),
    )


def mint(audience: str) -> str:
    """A one-minute token with which this service calls another one as itself."""
    chassis = current_app.extensions["chassis"]
    token: str = chassis.signer.sign(
        audience,
        lifetime=INTERNAL_LIFETIME,
        kind="service",
        sub=chassis.source,
        rid=g.get("request_id", "") if g else "",
    )
    return token


def grant(file_id: Any, by: Any) -> str:
    """Leave to read one file for five minutes, signed by the service that owns the thing it is attached to."""
    token: str = current_app.extensions["chassis"].signer.sign(
        "svc-documents", lifetime=GRANT_LIFETIME, kind="grant", file=str(file_id), by=str(by)
    )
    return token


def file_link(file_id: Any, by: Any) -> str:
    return f"/api/v1/documents/files/{file_id}?grant={grant(file_id, by)}"
