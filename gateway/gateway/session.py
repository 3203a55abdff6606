"""Who sits at the browser. The tokens live in an encrypted cookie (`gateway.cookies`); the gateway keeps no session of its own.

person = session.current()            # Person or None
@session.signed_in                    # sends strangers to the login page
answer = session.sign_in(username, password)
session.sign_out()
{{ csrf_token() }}                    # hidden field `csrf_token`, or header `X-CSRF-Token`
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import g, redirect, request
from flask import session as cookie

from chassis.keys import BadToken
from gateway import calls, unsent
from gateway.gate import current_gate
from gateway.upstreams import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

LOGIN_PAGE = "/masuk"


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    username: str
    roles: tuple[str, ...]
    customer_id: str | None
    kind: str
    scope: Any = None

    def has(self, *roles: str) -> bool:
        return not set(roles).isdisjoint(self.roles)


def current() -> Person | None:
    """The person signed in on this request, or None."""
    found = claims()
    if found is None:
        return None
    return Person(
        id=found["sub"],
        name=found.get("name", ""),
        username=found.get("username", ""),
        roles=tuple(found.get("roles") or ()),
        customer_id=found.get("customer_id"),
        kind=found.get("kind", "user"),
        scope=found.get("scope"),
    )


def claims() -> dict[str, Any] | None:
    """Claims of this session's access token, renewed when it ran out or was revoked; None for a stranger.

    Raises `Unavailable` when identity cannot be asked: then nobody is let in, and nobody is thrown out either.
    """
    if "claims" not in g:
        g.claims = _verified() if cookie.get("access") else None
    found: dict[str, Any] | None = g.claims
    return found


def signed_in(view: Callable[P, R]) -> Callable[P, Any]:
    """Only for people who are signed in; others go to the login page and come back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if current() is None:
            return to_login()
        return view(*args, **kwargs)

    return guarded


def to_login() -> Any:
    target = request.full_path.rstrip("?") if request.method == "GET" else unsent.form_page() or "/"
    if request.headers.get("HX-Request"):
        behind = _page_behind(target)
        return "", 401, {"HX-Redirect": f"{LOGIN_PAGE}?{urlencode({'next': behind})}" if behind else LOGIN_PAGE}
    return redirect(f"{LOGIN_PAGE}?{urlencode({'next': target})}", 303)


def _page_behind(target: str) -> str:
    """A dialog is opened on a page: that is where a person goes back to."""
    return urlsplit(request.headers.get("HX-Current-URL", "")).path if request.method == "GET" else target


def is_own_address(target: str) -> bool:
    """Whether `target` may be a place to go after login: a path on this site and nothing else."""
    return target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()


def sign_in(username: str, password: str) -> calls.Answer:
    """Ask identity; on 201 the session is a new one (nothing of the old cookie survives)."""
    answer = calls.send("identity", "POST", "sessions", claims=None, json={"username": username, "password": password})
    if answer.ok:
        waiting = cookie.get(unsent.KEPT)
        cookie.clear()
        _keep(answer.body)
        unsent.hand_over(waiting, cookie["access"])
        csrf_token()
        g.pop("claims", None)
    return answer


def sign_out() -> None:
    """End the session here and at identity; a dead identity does not keep anybody signed in."""
    try:
        found = claims()
        if found is not None:
            calls.send("identity", "DELETE", "sessions/current", claims=found)
            current_gate().revocations.add(sid=found.get("sid"))
    except Unavailable:
        pass
    cookie.clear()
    g.claims = None


def csrf_token() -> str:
    """Token of this session for unsafe requests; made on first use, also for strangers (login form)."""
    if "csrf" not in cookie:
        cookie["csrf"] = secrets.token_urlsafe(24)
    token: str = cookie["csrf"]
    return token


def _verified() -> dict[str, Any] | None:
    try:
        return current_gate().tokens.verify(cookie["access"])
    except BadToken:
        return _renewed()


def _renewed() -> dict[str, Any] | None:
    answer = calls.send(
        "identity", "POST", "sessions/refresh", claims=None, json={"refresh_token": cookie.get("refresh")}
    )
    if answer.status >= 500 or answer.status == 429:
        raise Unavailable("identity")
    if not answer.ok:
        _end()
        return None
    _keep(answer.body)
    try:
        return current_gate().tokens.verify(cookie["access"])
    except BadToken:
        _end()
        return None


def _end() -> None:
    """The session is over; what was just being sent waits for the same person, as what waits already."""
    access, waiting = cookie.get("access"), cookie.get(unsent.KEPT)
    cookie.clear()
    if waiting:
        cookie[unsent.KEPT] = waiting
    unsent.keep(access)


def _keep(tokens: dict[str, Any]) -> None:
    cookie["access"] = tokens["access_token"]
    cookie["refresh"] = tokens["refresh_token"]
