from __future__ import annotations

from dataclasses import dataclass

from chassis.config import Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    contracts_allowed: bool = False
    expiring_notice_hours: int = 24
