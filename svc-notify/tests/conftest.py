"""The cast: one office, one person for each role, one customer with a user, a second company that must see nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.db import db
from svc_notify import config
from svc_notify.models import Message
from svc_notify.sending import Sender

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
ROLES = (
    "customer_service",
    "treasurer",
    "lab_coordinator",
    "supervisor",
    "analyst",
    "report_typist",
    "head_of_office",
    "admin",
)


pytest_plugins = ["chassis.testing"]


@pytest.fixture(scope="session")
def app_settings() -> dict[str, Any]:
    return {"smtp_url": "mailbox:", "stream_seconds": 0.4, "streams_max": 2}


def person_id(label: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, label))


@dataclass
class Cast:
    customer_id: str = person_id("PT Tirta Contoh")
    member_id: str = person_id("Rina")
    other_customer_id: str = person_id("CV Lain")
    other_member_id: str = person_id("Dodi")

    def __getattr__(self, role: str) -> str:
        if role not in ROLES:
            raise AttributeError(role)
        return person_id(role)

    def id(self, label: str) -> str:
        return person_id(label)

    def order(self, **more: Any) -> dict[str, Any]:
        facts = {"order_id": self.id("order"), "pre_number": "POP-180", "number": None, "revision": 1}
        return {**facts, "customer_id": self.customer_id, "status": "submitted", **more}

    def sample(self, **more: Any) -> dict[str, Any]:
        facts = {
            "order_id": self.id("order"),
            "sample_id": self.id("sample"),
            "number": "P.00521 - 2026",
            "pre_number": "POP-180",
        }
        return {
            **facts,
            "customer_id": self.customer_id,
            "supervisor_id": self.supervisor,
            "status": "assigned",
            "target_on": "2026-12-01",
            **more,
        }

    def analysis(self, **more: Any) -> dict[str, Any]:
        facts = {"order_id": self.id("order"), "sample_id": self.id("sample"), "analysis_id": self.id("analysis")}
        named = {
            "sample_number": "P.00521 - 2026",
            "parameter": "pH",
            "analyst_id": self.analyst,
            "supervisor_id": self.supervisor,
        }
        return {**facts, **named, "target_on": "2026-12-01", "customer_id": self.customer_id, **more}

    def report(self, **more: Any) -> dict[str, Any]:
        facts = {
            "order_id": self.id("order"),
            "report_id": self.id("report"),
            "number": "707/LP",
            "render_id": self.id("render"),
        }
        return {**facts, "customer_id": self.customer_id, "pre_number": "POP-180", "status": "sent", **more}

    def invoice(self, **more: Any) -> dict[str, Any]:
        facts = {
            "invoice_id": self.id("invoice"),
            "order_id": self.id("order"),
            "service": "testing",
            "revision": 1,
            "pre_number": "POP-180",
        }
        return {**facts, "customer_id": self.customer_id, "total_amount": 1_250_000, "status": "billed", **more}


@pytest.fixture
def make_staff(deliver: Callable[..., None]) -> Callable[..., str]:
    def make(*roles: str, label: str = "", user_id: str = "", is_active: bool = True, **more: Any) -> str:
        name = label or roles[0]
        user_id = user_id or person_id(name)
        held = [{"role": role, "scope": None} for role in roles]
        facts = {
            "user_id": user_id,
            "username": name,
            "name": name.title(),
            "email": f"{name}@balai.test",
            "phone": None,
        }
        deliver("identity.staff.changed", {**facts, "roles": held, "is_active": is_active, **more}, time=LONG_AGO)
        return user_id

    return make


@pytest.fixture
def make_customer(deliver: Callable[..., None]) -> Callable[..., str]:
    def make(
        name: str, *, customer_id: str = "", email: str | None = None, members: dict[str, str] | None = None
    ) -> str:
        customer_id = customer_id or person_id(name)
        facts = {"customer_id": customer_id, "name": name, "address": "Jalan A", "city": "Pontianak", "phone": "0"}
        deliver("identity.customer.changed", {**facts, "email": email, "status": "verified"}, time=LONG_AGO)
        for member, address in (members or {}).items():
            member_facts = {"user_id": person_id(member), "customer_id": customer_id, "name": member, "email": address}
            deliver("identity.member.changed", {**member_facts, "phone": None, "is_active": True}, time=LONG_AGO)
        return customer_id

    return make


@pytest.fixture
def cast(make_staff: Callable[..., str], make_customer: Callable[..., str]) -> Cast:
    for role in ROLES:
        make_staff(role)
    make_customer("PT Tirta Contoh", email="kantor@tirta.test", members={"Rina": "rina@tirta.test"})
    make_customer("CV Lain", members={"Dodi": "dodi@lain.test"})
    return Cast()


@pytest.fixture
def messages(app: Any) -> Callable[..., list[Message]]:
    """Messages in the order in which they were written."""

    def look(channel: str = "", **facts: Any) -> list[Message]:
        query = sa.select(Message).filter_by(**facts).order_by(Message.created_at, Message.id)
        with app.app_context():
            found = list(db.session.scalars(query.where(Message.channel == channel) if channel else query))
            db.session.expunge_all()
        return found

    return look


@pytest.fixture
def told(messages: Callable[..., list[Message]]) -> Callable[..., set[tuple[str, str]]]:
    """(name, channel) of everyone who was told."""
    return lambda **facts: {(message.recipient_name, message.channel) for message in messages(**facts)}


@pytest.fixture
def send(app: Any) -> Callable[..., int]:
    """Everything that is due goes out, as the send process does it."""

    def run() -> int:
        with app.app_context():
            return Sender(config.current()).step()

    return run
