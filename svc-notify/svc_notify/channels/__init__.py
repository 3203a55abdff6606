"""The ways to reach a person. A channel is a folder with `address(recipient)` and `is_immediate`; see the README."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from svc_notify.audiences import Recipient
    from svc_notify.config import Config
    from svc_notify.models import Message


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended.

    `is_doubtful`: the other side may have taken it although it did not say so; `stops_batch`: nothing else will get through now.
    """

    is_sent: bool = False
    provider_id: str = ""
    error: str = ""
    is_permanent: bool = False
    is_doubtful: bool = False
    stops_batch: bool = False


class Carrier(Protocol):
    """Brings messages of one channel to their address."""

    def carry(self, message: Message) -> Outcome: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Channel:
    """`is_immediate`: writing the message is delivering it. `carrier` is opened by the send process."""

    name: str
    address: Callable[[Recipient], str | None]
    is_immediate: bool = False
    carrier: Callable[[Config], Carrier] | None = None


def _registered() -> dict[str, Channel]:
    from svc_notify.channels import bell, email

    return {channel.name: channel for channel in (bell.CHANNEL, email.CHANNEL)}


CHANNELS = _registered()
