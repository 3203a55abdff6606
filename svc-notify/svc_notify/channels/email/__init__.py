"""E-mail by SMTP, or to the mailbox page of the demo: `SMTP_URL` decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_notify.channels import Carrier, Channel

if TYPE_CHECKING:
    from svc_notify.audiences import Recipient
    from svc_notify.config import Config


def address(recipient: Recipient) -> str | None:
    return recipient.email or None


def carrier(config: Config) -> Carrier:
    from svc_notify.channels.email.smtp import Smtp
    from svc_notify.channels.mailbox import Mailbox

    return Mailbox(config) if config.has_mailbox else Smtp(config)


CHANNEL = Channel("email", address, carrier=carrier)
