"""The demo's mail server: letters end in a table that a page shows. Never in production."""

from __future__ import annotations

from chassis.db import atomic, db
from svc_notify import people
from svc_notify.channels import Outcome
from svc_notify.channels.email import letter as letters
from svc_notify.config import Config
from svc_notify.models import Letter, Message


class Mailbox:
    def __init__(self, config: Config) -> None:
        if config.environment == "production":
            raise ValueError("there is no mailbox in production")
        self._config = config

    @atomic
    def carry(self, message: Message) -> Outcome:
        message_id = letters.message_id(message, self._config)
        if db.session.get(Letter, message.id) is None:
            office = people.office()
            db.session.add(
                Letter(
                    id=message.id,
                    to=message.address,
                    to_name=message.recipient_name,
                    subject=message.title,
                    text=letters.plain(message, self._config, office),
                    html=letters.html(message, self._config, office),
                    link=letters.outside_link(message, self._config),
                    message_id=message_id,
                )
            )
        return Outcome(is_sent=True, provider_id=message_id)

    def close(self) -> None:
        pass
