"""Settings peculiar to this service."""

from dataclasses import dataclass, fields

from flask import current_app

from chassis.config import BadSettings, Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    smtp_url: str = "mailbox:"
    mail_from: str = "tidak-dibalas@zerocalls.invalid"
    mail_timeout: float = 30.0
    send_batch: int = 20
    send_lease: int = 600
    send_attempts: int = 14
    streams_max: int = 4
    stream_seconds: float = 25.0
    feed_days: int = 90
    tell_within_days: int = 14

    def __post_init__(self) -> None:
        if self.environment == "production" and self.has_mailbox:
            raise BadSettings("SMTP_URL must name a mail server in production")

    @property
    def has_mailbox(self) -> bool:
        """E-mail is written to a page of the demo instead of being sent."""
        return self.smtp_url.startswith("mailbox:")


def current() -> Config:
    """The settings of the running application."""
    return Config(**{field.name: current_app.config[field.name.upper()] for field in fields(Config)})
