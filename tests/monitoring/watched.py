"""An installation that is watched while one order goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from collector import Collector

from deploy.client import Person
from deploy.processes import PEERS
from deploy.running import System


@dataclass
class Watched:
    """An installation that tells a collector, and one order that went through it."""

    system: System
    collector: Collector
    admin: Person
    order_id: str

    def trace(self) -> dict[str, list[dict[str, Any]]]:
        path = "/api/v1/{}/trace?order_id=" + self.order_id
        return {service: self.admin.get(path.format(service))["items"] for service in PEERS}
