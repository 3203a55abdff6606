"""Settings peculiar to this service."""

from dataclasses import dataclass

from chassis.config import Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    stale_draft_days: int = 90
    lapse_days: int = 30
    handover_days: int = 90
    render_late_minutes: int = 10
    default_lead_days: int = 15
