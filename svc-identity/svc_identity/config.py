from dataclasses import dataclass

from chassis.config import Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    """`access_key_file`: JWK set that signs access tokens; the first key signs, the others still verify.

    Without it: `identity.json` beside the service's own key.
    """

    access_key_file: str = ""
    access_minutes: int = 15
    session_idle_minutes: int = 120
    session_hours: int = 12
    registrations_per_hour: int = 5
