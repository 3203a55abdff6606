"""`python -m deploy.describe SERVICE`: what a service declares, as JSON for the generated pages."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from chassis.auth import access_of
from chassis.events.registry import registry
from chassis.events.subscriptions import fits
from chassis.workflow import Workflow
from chassis.workflow.diagram import mermaid

EVENTS = Path(__file__).resolve().parent.parent / "contracts" / "events"


def main(service: str) -> None:
    app = importlib.import_module(f"svc_{service}").create_app()
    with app.app_context():
        found = {
            "workflows": [_workflow(flow) for flow in app.extensions["chassis"].workflows.values()],
            "routes": _routes(app),
            "hears": [path.stem for path in EVENTS.glob("*.json") if _hears(path.stem)],
        }
    print(json.dumps(found))


def _hears(kind: str) -> bool:
    return any(fits(pattern, kind) for pattern in registry().patterns)


def _workflow(flow: Workflow) -> dict[str, Any]:
    return {
        "name": flow.name,
        "diagram": mermaid(flow),
        "states": [
            [state.code, state.label, state.step or "", "yes" if state.final else ""] for state in flow.states.values()
        ],
        "transitions": [
            [
                each.name,
                each.label,
                ", ".join(each.sources),
                "(stays)" if each.target == "=" else each.target,
                ", ".join(sorted(each.roles)),
                ", ".join(sorted(each.deputies)),
                each.guard.replace("&", ", "),
                ", ".join(f"{field.name}{'*' if field.required else ''}" for field in each.form),
                f"{flow.name.split('.')[0]}.{each.event}" if each.event else "",
            ]
            for each in flow.transitions.values()
        ],
    }


def _routes(app: Any) -> list[list[str]]:
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access:
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append([f"`{rule.rule}`", methods, _who(access)])
    return sorted(found)


def _who(access: dict[str, Any]) -> str:
    if access["kind"] == "roles":
        return ", ".join(sorted(access["roles"]))
    if access["kind"] == "internal":
        return "service " + ", ".join(sorted(access["services"] or ["of any name"]))
    return {"public": "anybody", "signed_in": "whoever is signed in; the rule behind decides"}[access["kind"]]


if __name__ == "__main__":
    main(sys.argv[1])
