"""Who is meant by "customer", "treasurer", "supervisor" … when something happened."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from chassis.db import db, now
from chassis.events import TooEarly
from svc_notify import formats
from svc_notify.models import Absence, Customer, Person, Post
from svc_notify.wording import ROLES

Facts = Mapping[str, Any]
WITHOUT_STAND_IN = frozenset({"analyst"})  # results carry one's own name; their work is reassigned instead


@dataclass(frozen=True)
class Recipient:
    """A person, or a customer without accounts (walk-in), who is reached by e-mail only."""

    key: str
    name: str
    email: str | None
    person_id: uuid.UUID | None = None
    customer_id: uuid.UUID | None = None
    stands_in_for: str = ""


def recipients(names: Iterable[str], facts: Facts, *, actor: str = "") -> list[Recipient]:
    """Everyone meant by these audiences, each once, with stand-ins of the absent. Staff are not told of their own acts."""
    found: dict[str, Recipient] = {}
    for name in names:
        people = RULES[name](facts)
        if name not in WITHOUT_STAND_IN:
            people += _stand_ins(people)
        for recipient in people:
            is_own_act = recipient.customer_id is None and str(recipient.person_id) == actor
            if not is_own_act:
                found.setdefault(recipient.key, recipient)
    return list(found.values())


def customer_name(facts: Facts) -> str:
    customer = _customer(facts)
    return customer.name if customer else ""


def _members(facts: Facts) -> list[Recipient]:
    """The customer's active users; its own address when it has none."""
    found = _of_customer(facts, Person.is_active.is_(True))
    customer = _customer(facts)
    if customer and customer.is_new and not any(one.person_id for one in found):
        raise TooEarly(f"the people of customer {customer.id} may still be on their way")
    return found


def _registrant(facts: Facts) -> list[Recipient]:
    """Whoever registered, also while the account is not active; svc-identity tells of people before it tells of its answer."""
    return _of_customer(facts, sa.true())


def _of_customer(facts: Facts, condition: sa.ColumnElement[bool]) -> list[Recipient]:
    customer = _customer(facts)
    if customer is None:
        return []
    members = db.session.scalars(
        sa.select(Person).where(Person.customer_id == customer.id, condition).order_by(Person.id)
    ).all()
    if members:
        return [_person(member) for member in members]
    key = f"customer:{customer.id}"
    return [Recipient(key, customer.name, customer.email, customer_id=customer.id)] if customer.email else []


def _customer(facts: Facts) -> Customer | None:
    if not facts.get("customer_id"):
        return None
    customer = db.session.get(Customer, uuid.UUID(str(facts["customer_id"])))
    if customer is None:
        raise TooEarly(f"customer {facts['customer_id']} is not known yet")
    return customer


def _named(field: str) -> Callable[[Facts], list[Recipient]]:
    def find(facts: Facts) -> list[Recipient]:
        if not facts.get(field):
            return []
        person = db.session.get(Person, uuid.UUID(str(facts[field])))
        if person is None:
            raise TooEarly(f"person {facts[field]} is not known yet")
        return [_person(person)] if person.is_active else []

    return find


def _holders(role: str) -> Callable[[Facts], list[Recipient]]:
    def find(facts: Facts) -> list[Recipient]:
        holders = sa.select(Post.person_id).where(Post.role == role)
        chosen = sa.select(Person).where(Person.id.in_(holders), Person.is_active).order_by(Person.id)
        return [_person(person) for person in db.session.scalars(chosen)]

    return find


def _person(person: Person, stands_in_for: str = "") -> Recipient:
    return Recipient(
        f"person:{person.id}", person.name, person.email, person.id, person.customer_id, stands_in_for=stands_in_for
    )


def _stand_ins(people: list[Recipient]) -> list[Recipient]:
    staff = {one.person_id: one.name for one in people if one.person_id and one.customer_id is None}
    if not staff:
        return []
    today = formats.as_day(now())
    rows = db.session.execute(
        sa.select(Absence.person_id, Person)
        .join(Person, Person.id == Absence.stand_in_id)
        .where(
            Absence.person_id.in_(staff),
            Absence.from_on <= today,
            Absence.until_on >= today,
            sa.not_(Absence.is_cancelled),
            Person.is_active,
        )
        .order_by(Person.id)
    )
    return [_person(person, stands_in_for=staff[absent_id]) for absent_id, person in rows]


_NAMED = {"supervisor": "supervisor_id", "analyst": "analyst_id", "user": "user_id"}

RULES: dict[str, Callable[[Facts], list[Recipient]]] = {
    **{role: _holders(role) for role in ROLES},
    **{name: _named(field) for name, field in _NAMED.items()},
    "customer": _members,
    "registrant": _registrant,
}
