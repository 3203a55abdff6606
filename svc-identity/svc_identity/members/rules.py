"""The users of a customer."""

import uuid

import sqlalchemy as sa
from flask import g, has_request_context

from chassis.auth import Principal
from chassis.db import db
from chassis.problems import NotFound
from chassis.workflow import Act
from svc_identity import events
from svc_identity.accounts import rules as accounts
from svc_identity.customers.models import Customer
from svc_identity.links import rules as links
from svc_identity.members.models import Member
from svc_identity.roles import VERIFIERS
from svc_identity.sessions.revocations import revoke_user
from svc_identity.workflow import CUSTOMER, MEMBER

ONLY_OWNERS = "Hanya pemilik akun perusahaan yang dapat melakukan ini."


def get(member_id: uuid.UUID, seen_by: Principal) -> Member:
    member = db.session.get(Member, member_id)
    if member is None or not (seen_by.has(*VERIFIERS) or seen_by.customer_uuid == member.customer_id):
        raise NotFound()
    return member


def list_of(customer: Customer) -> list[Member]:
    query = sa.select(Member).filter_by(customer_id=customer.id).where(Member.status != "removed")
    return list(db.session.scalars(query.order_by(Member.created_at, Member.id)))


def add_owner(customer: Customer, *, name: str, email: str, phone: str, status: str) -> Member:
    return _add(customer, name=name, email=email, phone=phone, status=status, is_owner=True)


def invite(customer: Customer, principal: Principal, *, name: str, email: str, phone: str) -> Member:
    member = _add(customer, name=name, email=email, phone=phone, status="invited", is_owner=False)
    MEMBER.created(member, principal)
    events.tell_member_invited(links.offer("invitation", member.user), member)
    return member


def find_owner(customer: Customer) -> Member | None:
    query = sa.select(Member).filter_by(customer_id=customer.id, is_owner=True).where(Member.status != "removed")
    return db.session.scalars(query.order_by(Member.created_at)).first()


def is_owner(principal: Principal) -> bool:
    """Asked once per request: lists offer actions on every row."""
    if not has_request_context():
        return _is_owner(principal)
    if "is_owner" not in g:
        g.is_owner = _is_owner(principal)
    return bool(g.is_owner)


@MEMBER.payload()
def member_facts(act: Act) -> dict[str, object]:
    return events.member_facts(act.thing)


@CUSTOMER.guard("speaks_for_customer", person=True)
@MEMBER.guard("speaks_for_customer", person=True)
def speaks_for_customer(act: Act) -> str | None:
    return None if act.principal.has(*VERIFIERS) or is_owner(act.principal) else ONLY_OWNERS


@MEMBER.guard("has_email")
def has_email(act: Act) -> str | None:
    return None if act.thing.user.email else "Pengguna ini tidak punya alamat e-mail."


@MEMBER.guard("is_no_owner_yet")
def is_no_owner_yet(act: Act) -> str | None:
    return "Pengguna ini sudah pemilik." if act.thing.is_owner else None


@MEMBER.guard("leaves_an_owner")
def leaves_an_owner(act: Act) -> str | None:
    member = act.thing
    if not member.is_owner or _count_owners(member.customer_id, but=member.id):
        return None
    return "Pemilik terakhir tidak dapat dicabut. Jadikan pengguna lain pemilik lebih dahulu."


@MEMBER.effect("make_owner")
def make_owner(act: Act) -> None:
    act.thing.is_owner = True


@MEMBER.effect("remove")
def remove(act: Act) -> None:
    member = act.thing
    member.user.is_active = False
    links.close_all(member.id)
    revoke_user(member.id, "removed")


@MEMBER.effect("resend")
def resend(act: Act) -> None:
    member = act.thing
    purpose = "invitation" if member.customer.is_claimed else "claim"
    events.tell_member_invited(links.offer(purpose, member.user), member)


def _add(customer: Customer, *, name: str, email: str, phone: str, status: str, is_owner: bool) -> Member:
    user = accounts.add("customer", name=name, email=email, phone=phone)
    member = Member(id=user.id, customer_id=customer.id, is_owner=is_owner, status=status, user=user, customer=customer)
    db.session.add(member)
    db.session.flush()
    return member


def _is_owner(principal: Principal) -> bool:
    if principal.customer_uuid is None:
        return False
    query = sa.select(Member.id).filter_by(customer_id=principal.customer_uuid, is_owner=True, status="active")
    return db.session.scalar(query.where(Member.id == uuid.UUID(principal.id))) is not None


def _count_owners(customer_id: uuid.UUID, *, but: uuid.UUID) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Member)
        .filter_by(customer_id=customer_id, is_owner=True, status="active")
    )
    return db.session.scalar(query.where(Member.id != but)) or 0
