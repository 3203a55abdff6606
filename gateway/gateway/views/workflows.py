"""The declared workflows as tables and diagrams, straight from the services."""

from typing import Any

from flask import Blueprint, abort, request

from gateway import clients, session
from gateway.views import activity, page
from gateway.views.words import THINGS, WORDS

bp = Blueprint("workflows", __name__, url_prefix="/alur-kerja")

SERVICES = ("identity", "testing", "billing", "documents")


@bp.get("")
@session.signed_in
def show() -> Any:
    flows = [
        {**flow, "service": service, "thing_label": _spoken(flow["name"])}
        for service in SERVICES
        for flow in WORDS.of(service)
    ]
    chosen = next((flow for flow in flows if flow["name"] == request.args.get("nama")), flows[0] if flows else None)
    return page.render("workflows.html", heading="Alur kerja", flows=flows, chosen=chosen)


@bp.get("/<service>/<name>.svg")
@session.signed_in
def diagram(service: str, name: str) -> Any:
    if service not in SERVICES:
        abort(404)
    return clients.stream(service, "workflows", params={"format": "svg", "name": name})


def _spoken(name: str) -> str:
    return activity.THINGS.get(name) or THINGS.get(name.rpartition(".")[2], name)
