"""The manifests of an overlay, and what is asked of them."""

from functools import cache
from typing import Any

import yaml

from deploy import kubectl

Thing = dict[str, Any]


@cache
def things(overlay: str) -> list[Thing]:
    return [thing for thing in yaml.safe_load_all(kubectl.build(f"overlays/{overlay}")) if thing]


def of_kind(overlay: str, *kinds: str) -> dict[str, Thing]:
    return {thing["metadata"]["name"]: thing for thing in things(overlay) if thing["kind"] in kinds}


def pod(thing: Thing) -> Thing:
    found: Thing = thing["spec"]["template"]["spec"]
    return found


def container(thing: Thing) -> Thing:
    (only,) = pod(thing)["containers"]
    found: Thing = only
    return found


def settings(overlay: str, thing: Thing) -> dict[str, str]:
    maps = of_kind(overlay, "ConfigMap")
    found: dict[str, str] = {}
    for source in container(thing).get("envFrom", []):
        found |= maps[source["configMapRef"]["name"]]["data"]
    return found | {each["name"]: each["value"] for each in container(thing).get("env", [])}
