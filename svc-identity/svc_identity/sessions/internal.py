from typing import Any

import marshmallow as ma

from chassis.auth import internal
from chassis.web import Blueprint
from svc_identity.sessions import revocations

bp = Blueprint("revocations", __name__, internal=True)


class Since(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    after = ma.fields.AwareDateTime(load_default=None, allow_none=True)


@bp.get("/revocations")
@bp.arguments(Since, location="query")
@bp.response(200)
@internal("gateway")
def list_revocations(args: dict[str, Any]) -> Any:
    """What the gateway has to refuse"""
    return revocations.since(args["after"])
