"""Settings of the gateway. It owns no database and no broker connection, so those of every service stay empty."""

from dataclasses import dataclass

from chassis.config import Settings, peers


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    database_url: str = ""
    bus_url: str = ""
    trust_dir: str = ""
    trusted_hops: int = 0
    max_body_bytes: int = 25 * 1024 * 1024
    connect_timeout: float = 1.0
    read_timeout: float = 10.0
    client_timeout: float = 15.0
    max_in_flight: int = 32
    breaker_failures: int = 5
    breaker_seconds: float = 5.0
    revocation_seconds: float = 2.0
    max_streams: int = 40
    stream_seconds: float = 25.0
    front_secret: str = ""
    limits_url: str = "memory://"
    limit_api: str = "600/minute"
    limit_login: str = "100/15 minutes"
    limit_registration: str = "5/hour"
    limit_reset: str = "20/hour"
    limit_tracking: str = "20/hour"

    @property
    def upstreams(self) -> dict[str, str]:
        """Address of each service by name; what is not listed here cannot be reached."""
        return peers(self.peers)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")
