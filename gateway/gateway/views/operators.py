"""Pages for those who keep the installation running."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort

from gateway import navigation, session
from gateway.gate import current_gate

P = ParamSpec("P")
R = TypeVar("R")


def administrators(view: Callable[P, R]) -> Callable[P, Any]:
    """Only for Admin and Super Admin."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        person = session.current()
        if person is None:
            return session.to_login()
        if not person.has(*navigation.ADMINS):
            abort(403)
        return view(*args, **kwargs)

    return guarded


def services() -> dict[str, str]:
    """Every installed service and what people call it."""
    return {upstream.name: service_label(upstream.name) for upstream in current_gate().upstreams}


def service_label(name: str) -> str:
    return navigation.SERVICES.get(name, name.capitalize())
