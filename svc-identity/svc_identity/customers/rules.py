"""Registration, verification and the profile of customers, and who may see them."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import current_app

from chassis.auth import Principal, principal
from chassis.db import db, now
from chassis.problems import NotFound
from chassis.workflow import Act
from svc_identity import events
from svc_identity.accounts import rules as accounts
from svc_identity.checks.passwords import hash_password
from svc_identity.checks.tax_number import npwp_warning
from svc_identity.customers.forms import checked, demand
from svc_identity.customers.models import Customer
from svc_identity.links import rules as links
from svc_identity.members import rules as members
from svc_identity.roles import CUSTOMER_READERS
from svc_identity.sessions import throttle
from svc_identity.sessions.revocations import revoke_user
from svc_identity.workflow import CUSTOMER, MEMBER

PROFILE_FIELDS = "name customer_type customer_group npwp nib kbli address city phone email".split()


def seen_by(principal: Principal) -> sa.Select[Any]:
    """The one row-level rule: readers see all customers, a customer itself, everybody else none."""
    query = sa.select(Customer)
    if principal.has(*CUSTOMER_READERS):
        return query
    return query.where(Customer.id == principal.customer_uuid if principal.has("customer") else sa.false())


def get(customer_id: uuid.UUID, seen: Principal) -> Customer:
    customer = db.session.scalar(seen_by(seen).where(Customer.id == customer_id))
    if customer is None:
        raise NotFound()
    return customer


def check_registration(form: dict[str, Any], *, ip: str) -> dict[str, Any]:
    """Everything that can be refused before the database is asked; then one try of this address is used up.

    There are more tries than registrations, since a taken username only shows afterwards.
    """
    answers = checked(form)
    personal = (form["name"], form["contact_name"], form["email"].split("@")[0])
    accounts.check_credentials(form["username"], form["password"], personal=personal)
    throttle.take(throttle.Limit("registration", 6 * current_app.config["REGISTRATIONS_PER_HOUR"], 3600), ip)
    return answers | {"password_hash": hash_password(form["password"])}


def register(answers: dict[str, Any], *, ip: str) -> Customer:
    """A visitor's account: its first user owns it and gets in once somebody of the office has verified it."""
    throttle.take(throttle.Limit("registered", current_app.config["REGISTRATIONS_PER_HOUR"], 3600), ip)
    customer = Customer(status="unverified", **{name: answers[name] for name in PROFILE_FIELDS})
    CUSTOMER.created(customer, principal(), event="customer.registered")
    name = answers["contact_name"] or answers["name"]
    owner = members.add_owner(customer, name=name, email=answers["email"], phone=answers["phone"], status="active")
    accounts.set_username(owner.user, answers["username"])
    owner.user.password_hash, owner.user.password_set_at = answers["password_hash"], now()
    MEMBER.created(owner, principal(), event="member.changed")
    return customer


def add_walk_in(answers: dict[str, Any]) -> Customer:
    """Made at the counter, verified by being there, without login until the company claims it."""
    official = principal()
    customer = Customer(status="verified", is_claimed=False, verified_at=now(), verified_by=official.id, **answers)
    created: Customer = CUSTOMER.created(customer, official, event="customer.verified")
    return created


def count_unverified() -> int:
    query = sa.select(sa.func.count()).select_from(Customer).filter_by(status="unverified")
    return db.session.scalar(query) or 0


def warnings_of(customer: Customer) -> list[str]:
    """What an official should look at before verifying; none of it forbids anything."""
    warnings = [warning] if (warning := npwp_warning(customer.npwp)) else []
    if customer.npwp != "-":
        same = sa.select(Customer.name).where(Customer.npwp == customer.npwp, Customer.id != customer.id)
        others = db.session.scalars(same.where(Customer.status != "refused").order_by(Customer.name).limit(3))
        warnings += [f"NPWP yang sama dipakai {name}." for name in others]
    return warnings


@CUSTOMER.payload("create", "refuse")
def named(act: Act) -> dict[str, Any]:
    return events.customer_facts(act.thing) if act.thing.status == "verified" else events.customer_named(act.thing)


@CUSTOMER.payload("verify", "edit", "block", "unblock")
def facts(act: Act) -> dict[str, Any]:
    return events.customer_facts(act.thing)


@CUSTOMER.guard("is_claimed")
def is_claimed(act: Act) -> str | None:
    return None if act.thing.is_claimed else "Akun ini belum diklaim perusahaannya. Buat tautan klaim lebih dahulu."


@CUSTOMER.guard("is_unclaimed")
def is_unclaimed(act: Act) -> str | None:
    return "Akun ini sudah diklaim." if act.thing.is_claimed else None


@CUSTOMER.effect("verify")
def verify(act: Act) -> None:
    act.thing.verified_at, act.thing.verified_by = act.now, act.principal.id


@CUSTOMER.effect("refuse")
def refuse(act: Act) -> None:
    act.thing.refusal = act.form["reason"]


@CUSTOMER.effect("block")
def block(act: Act) -> None:
    for member in members.list_of(act.thing):
        revoke_user(member.id, "blocked")


@CUSTOMER.effect("edit")
def edit(act: Act) -> None:
    if act.thing.is_claimed:
        demand(act.form, "email")
    for name, value in checked(act.form).items():
        setattr(act.thing, name, value)


@CUSTOMER.effect("invite")
def invite(act: Act) -> None:
    members.invite(act.thing, act.principal, **checked(act.form))


@CUSTOMER.effect("offer_claim")
def offer_claim(act: Act) -> None:
    """The link is shown at the counter and, where there is an address, goes out by mail."""
    customer = act.thing
    owner = members.find_owner(customer)
    if owner is None:
        owner = members.add_owner(
            customer, name=customer.name, email=customer.email, phone=customer.phone, status="invited"
        )
        MEMBER.created(owner, act.principal)
    link = links.offer("claim", owner.user)
    if owner.user.email:
        events.tell_member_invited(link, owner)
