"""Events between services: outbox and relay, inbox and handlers, two transports."""

from chassis.events.dead_letters import DeadLetter
from chassis.events.envelope import Event
from chassis.events.inbox import Inbox
from chassis.events.outbox import Outbox, emit
from chassis.events.subscriptions import Hopeless, TooEarly, on

__all__ = ["DeadLetter", "Event", "Hopeless", "Inbox", "Outbox", "TooEarly", "emit", "on"]
