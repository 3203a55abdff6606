"""Events between services: outbox and relay, inbox and handlers, two transports."""

from chassis.events.envelope import Event
from chassis.events.outbox import emit
from chassis.events.subscriptions import Hopeless, TooEarly, on

__all__ = ["Event", "Hopeless", "TooEarly", "emit", "on"]
