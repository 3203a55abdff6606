"""One act on many things: first what would become of each, then doing it, each in a transaction of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import g
from marshmallow import validate

from chassis import acts, idempotency
from chassis.auth import Principal, signed_in
from chassis.db import atomic
from chassis.problems import NotFound, Problem
from chassis.workflow.engine import Act, Workflow

MOST = 500  # previewed at once
AT_ONCE = 50  # done in one request
GONE = "Tidak ditemukan lagi."

Called = Callable[[Any], str]
Several = Callable[[list[uuid.UUID], Principal], list[Any]]


class Chosen(ma.Schema):
    ids = ma.fields.List(ma.fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))


class Item(ma.Schema):
    id = ma.fields.UUID(required=True)
    version = ma.fields.Integer(required=True, validate=validate.Range(min=0, max=2**31 - 1))


class Batch(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Item), required=True, validate=validate.Length(min=1, max=AT_ONCE))
    form = ma.fields.Dict(load_default=dict)


def routes(bp: Any, flow: Workflow, *, load: Callable[..., Any], several: Several, called: Called) -> None:
    """`POST /<things>/actions/<name>/preview` and `POST /<things>/actions/<name>` for the acts marked `bulk`."""

    def look(chosen: dict[str, Any], name: str) -> Any:
        return preview(flow, bulk_name(flow, name), chosen["ids"], several, g.principal, called)

    def act(batch: dict[str, Any], name: str) -> Any:
        known = bulk_name(flow, name)
        return idempotency.answered_after(lambda: perform(flow, known, batch, load, g.principal))

    for view, schema, path, label in (
        (look, Chosen, "/preview", "Pratinjau tindakan massal"),
        (act, Batch, "", "Tindakan massal"),
    ):
        view.__name__ = f"{flow.prefix.replace('-', '_')}_bulk_{view.__name__}"
        view.__doc__ = label
        route = f"/{flow.prefix}/actions/<string:name>{path}"
        bp.post(route)(bp.arguments(schema)(bp.response(200)(signed_in(view))))


def bulk_name(flow: Workflow, name: str) -> str:
    transition = flow.transitions.get(name)
    if transition is None or transition.is_system or not transition.bulk:
        raise NotFound()
    return name


def preview(
    flow: Workflow, name: str, ids: list[uuid.UUID], several: Several, principal: Principal, called: Called
) -> dict[str, Any]:
    """For each id whether the act is offered, and why not; the act's fields as the first that offers it has them."""
    found = {thing.id: thing for thing in several(ids, principal)}
    items = [_look(flow, name, key, found.get(key), principal, called) for key in dict.fromkeys(ids)]
    first = next((found[uuid.UUID(item["id"])] for item in items if item["ok"]), None)
    transition = flow.transitions[name]
    form = flow.form_of(Act(flow, first, transition, principal)) if first else ()
    fields = [_unfilled(field.describe(first)) for field in form]
    return {"name": name, "label": transition.label, "confirm": transition.confirm, "fields": fields, "items": items}


def _look(
    flow: Workflow, name: str, key: uuid.UUID, thing: Any, principal: Principal, called: Called
) -> dict[str, Any]:
    if thing is None:
        return {"id": str(key), "name": "", "ok": False, "refusal": GONE, "version": None}
    refusal = flow.refusal(thing, name, principal)
    told = {"ok": refusal is None, "refusal": refusal, "version": thing.version}
    return {"id": str(key), "name": called(thing), **told}


def number_of(thing: Any) -> str:
    return str(getattr(thing, "number", None) or "")


def _unfilled(field: dict[str, Any]) -> dict[str, Any]:
    """What one thing suggests is not what many have."""
    return {name: value for name, value in field.items() if name != "value"}


def perform(
    flow: Workflow, name: str, batch: dict[str, Any], load: Callable[..., Any], principal: Principal
) -> dict[str, Any]:
    """Do it to each that still is as it was seen; one that refuses does not hold up the others."""
    return {"items": [_one(flow, name, item, batch["form"], load, principal) for item in batch["items"]]}


def _one(
    flow: Workflow,
    name: str,
    item: dict[str, Any],
    form: dict[str, Any],
    load: Callable[..., Any],
    principal: Principal,
) -> dict[str, Any]:
    def act() -> Any:
        return flow.act(load(item["id"], principal), name, principal, form=form, if_match=str(item["version"]))

    told: dict[str, Any] = {"id": str(item["id"]), "ok": True, "status": 200, "refusal": None, "errors": {}}
    try:
        with atomic():
            acts.noted(act)
    except Problem as problem:
        told |= {"ok": False, "status": problem.status, "refusal": problem.detail, "errors": problem.errors}
    return told
