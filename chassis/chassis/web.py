"""flask-smorest's Blueprint with generated action routes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import orjson
from flask import Request, Response, g, make_response, request
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

from chassis import bulk, history
from chassis.auth import public, signed_in
from chassis.db import atomic, dumps
from chassis.problems import BadForm, Unreadable
from chassis.workflow import Workflow
from chassis.workflow.declaration import ON_BEHALF
from chassis.workflow.engine import check_version, service_flows
from chassis.workflow.forms import schema


class Parser(FlaskParser):
    """Reads bodies as strictly as `json_body`: no half characters, no NaN, nothing nested without end."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True) if is_json_request(req) else b""
        try:
            return orjson.loads(body) if body else missing
        except ValueError as error:
            raise Unreadable("Isi permintaan bukan JSON.") from error


class Blueprint(SmorestBlueprint):
    """Views return dictionaries; `response` documents the answer and does not dump it a second time."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, internal: bool = False, **kwargs: Any) -> None:
        super().__init__(name, import_name, **kwargs)
        self.internal = internal

    def response(self, status_code: int, schema: Any = None, **kwargs: Any) -> Callable[..., Any]:
        described = {key: kwargs[key] for key in ("description", "example", "content_type") if key in kwargs}
        mark: Callable[..., Any] = self.alt_response(status_code, schema=schema, success=True, **described)
        return mark

    def actions(
        self,
        flow: Workflow,
        *,
        load: Callable[..., Any],
        dump: Callable[[Any, Any], dict[str, Any]],
        names: bool | Callable[[Any], bool | Collection[str]] = True,
        people: Callable[[str], str] = lambda person: "",
        several: Callable[..., Any] | None = None,
        called: Callable[[Any], str] = bulk.number_of,
    ) -> None:
        """One POST route per transition a person may do, and the history of the thing.

        `several(ids, principal)` reads many of them as a list does; with it, acts marked `bulk` can be done to many,
        each `called` so in what is said of them.

        `load(id, principal)` raises NotFound for what the caller may not see; `dump(thing, principal)` is its representation.
        `names(principal)`: may this caller read other people's names in the history; a collection: not of these roles.
        `people(id)`: the name of a person, where a changed value is the id of one; "" for any other value.
        """
        for name, transition in flow.transitions.items():
            if not transition.is_system:
                self._action(flow, name, load, dump)
        self._history(flow, load, names, people)
        if several is not None:
            bulk.routes(self, flow, load=load, several=several, called=called)

    def _action(self, flow: Workflow, name: str, load: Callable[..., Any], dump: Callable[..., Any]) -> None:
        transition = flow.transitions[name]

        def view(**ids: Any) -> Any:
            thing = load(ids[flow.key], g.principal)
            flow.act(thing, name, g.principal, form=json_body(), if_match=request.headers.get("If-Match"))
            return represent(dump(thing, g.principal))

        view.__name__ = f"{flow.prefix.replace('-', '_')}_{name}"
        view.__doc__ = transition.label or name
        fields = transition.form + (ON_BEHALF if transition.deputies else ())
        form = schema(tuple({field.name: field for field in fields}.values()), name=view.__name__)
        documented = self.doc(requestBody={"content": {"application/json": {"schema": form}}})
        route = f"/{flow.prefix}/<uuid:{flow.key}>/actions/{name}"
        self.post(route)(self.response(200)(documented(signed_in(atomic(view)))))

    def _history(
        self,
        flow: Workflow,
        load: Callable[..., Any],
        names: bool | Callable[[Any], bool | Collection[str]],
        people: Callable[[str], str],
    ) -> None:
        def view(**ids: Any) -> Any:
            thing = load(ids[flow.key], g.principal)
            shown = names(g.principal) if callable(names) else names
            root = flow.root(thing)
            rows = history.of(root.id, None if root is thing else thing.id)
            return {"items": [history.present(row, names=shown, people=people) for row in rows]}

        view.__name__ = f"{flow.prefix.replace('-', '_')}_history"
        view.__doc__ = "Riwayat"
        self.get(f"/{flow.prefix}/<uuid:{flow.key}>/history")(self.response(200)(signed_in(view)))


def json_body() -> Any:
    """The JSON object sent, {} for an empty body; BadForm for anything else."""
    if not request.get_data():
        return {}
    try:
        body = orjson.loads(request.get_data())
    except ValueError as error:
        raise BadForm("Isi permintaan bukan JSON.") from error
    if not isinstance(body, dict):
        raise BadForm("Isi permintaan harus berupa objek JSON.")
    return body


def represent(body: dict[str, Any], status: int = 200) -> Response:
    """The representation of a thing with a life: its version is the ETag."""
    response = make_response(dumps(body), status)
    response.content_type = "application/json"
    if "version" in body:
        response.headers["ETag"] = f'"{body["version"]}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def if_match(thing: Any) -> None:
    """For writes that are no transitions: honour `If-Match`."""
    check_version(thing, request.headers.get("If-Match"))


workflows = Blueprint("workflows", __name__, description="Mesin status yang dideklarasikan")


@workflows.get("/workflows")
@workflows.response(200)
@public
def list_workflows() -> Any:
    """Alur kerja layanan ini"""
    from chassis.workflow.diagram import mermaid, svg

    flows = list(service_flows().values())
    match request.args.get("format", "json"):
        case "mermaid":
            return Response("\n".join(mermaid(flow) for flow in flows), content_type="text/plain; charset=utf-8")
        case "svg":
            wanted = request.args.get("name", flows[0].name if flows else "")
            chosen = next((flow for flow in flows if flow.name == wanted), None)
            if chosen is None:
                raise BadForm("Alur kerja tidak dikenal.", errors={"name": ["Tidak dikenal."]})
            return Response(svg(chosen), content_type="image/svg+xml")
    return {"items": [flow.describe() for flow in flows]}
