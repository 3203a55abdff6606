"""For a proxy in front that lets readers go straight to a service: who may ask here on its behalf, and what for.

Without `FRONT_SECRET` there is no such address. Nobody else can use it: what it answers is a token that a service believes.
"""

from __future__ import annotations

import secrets
from typing import Any

from chassis.problems import NotFound
from gateway.upstreams import Upstreams

PATH = "/gate"
TOKEN = "X-Internal-Token"


def service_asked(environ: dict[str, Any], *, secret: str, upstreams: Upstreams) -> str:
    """Name of the service that the front wants to call; NotFound for whoever is not the front."""
    given = environ.get("HTTP_X_FRONT_SECRET", "").encode("latin-1")
    if not secret or not secrets.compare_digest(given, secret.encode()):
        raise NotFound()
    service: str = environ.get("HTTP_X_GATE_SERVICE", "")
    if service not in upstreams:
        raise NotFound()
    return service
