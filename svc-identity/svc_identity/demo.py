"""Invented people and companies, one account for each role; only where ENVIRONMENT=demo."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from chassis.auth import SYSTEM
from chassis.config import BadSettings
from chassis.db import db, now
from chassis.events import emit
from svc_identity.accounts import rules as accounts
from svc_identity.accounts.models import User
from svc_identity.checks.passwords import hash_password
from svc_identity.customers import rules as customers
from svc_identity.customers.forms import checked
from svc_identity.customers.models import Customer
from svc_identity.events import staff_facts
from svc_identity.links import rules as links
from svc_identity.members import rules as members
from svc_identity.sessions.revocations import revoke_user
from svc_identity.staff import rules as staff
from svc_identity.staff.models import Staff
from svc_identity.workflow import CUSTOMER, MEMBER

SEED = Path(__file__).parent / "seed" / "demo.json"


def seed() -> int:
    """Makes the accounts that are not there yet by the same rules as everybody's; returns how many."""
    world = json.loads(SEED.read_text(encoding="utf-8"))
    kept = hash_password(world["password"])
    missing = {person["username"] for kind in ("staff", "customers") for person in world[kind]} - _existing()
    for person in world["staff"]:
        if person["username"] in missing:
            _open(_add_staff(person), kept)
    for company in world["customers"]:
        if company["username"] in missing:
            _open(_add_customer(company), kept)
    return len(missing)


def close() -> int:
    """Nobody gets in with a demo account any more: before an installation becomes a real one."""
    users = list(db.session.scalars(sa.select(User).filter_by(is_demo=True)))
    for user in users:
        user.is_demo, user.is_active, user.password_hash = False, False, None
        links.close_all(user.id)
        revoke_user(user.id, "disabled")
        if person := db.session.get(Staff, user.id):
            person.status = "disabled"
            emit("identity.staff.changed", staff_facts(person), partition_key=str(user.id))
    return len(users)


def refuse_in_production(app: Flask) -> None:
    if app.config["ENVIRONMENT"] != "production":
        return
    with app.app_context():
        if sa.inspect(db.engine).has_table("users") and db.session.scalar(sa.select(User.id).filter_by(is_demo=True)):
            raise BadSettings(
                "demo accounts exist: run `flask --app svc_identity close-demo` with ENVIRONMENT=demo first"
            )
        db.session.remove()
        db.engine.dispose()


def _existing() -> set[str]:
    return set(db.session.scalars(sa.select(User.username).where(User.username.is_not(None))))


def _add_staff(person: dict[str, Any]) -> User:
    email = f"{person['username']}@bspji-contoh.test"
    return staff.add({"phone": "", "email": email} | person, SYSTEM, by_link=False).user


def _add_customer(company: dict[str, Any]) -> User:
    answers = checked({name: company[name] for name in customers.PROFILE_FIELDS})
    customer = Customer(status="verified", verified_at=now(), verified_by=SYSTEM.id, **answers)
    CUSTOMER.created(customer, SYSTEM, event="customer.verified")
    contact = {"name": company["contact_name"], "email": answers["email"], "phone": answers["phone"]}
    owner = members.add_owner(customer, **contact, status="active")
    accounts.set_username(owner.user, company["username"])
    MEMBER.created(owner, SYSTEM, event="member.changed")
    return owner.user


def _open(user: User, password_hash: str) -> None:
    user.password_hash, user.password_set_at, user.is_demo = password_hash, now(), True
    db.session.flush()
