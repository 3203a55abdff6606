"""The bell of the web UI: the message row is what the bell shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_notify.channels import Channel

if TYPE_CHECKING:
    from svc_notify.audiences import Recipient


def address(recipient: Recipient) -> str | None:
    return str(recipient.person_id) if recipient.person_id else None


CHANNEL = Channel("bell", address, is_immediate=True)
