"""One-use links: claim of a walk-in account, invitation of a colleague, another password."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from chassis.auth import SYSTEM, principal
from chassis.db import atomic, db, lock, now
from chassis.problems import BadForm, Gone, NotFound
from svc_identity.accounts import rules as accounts
from svc_identity.accounts.models import User
from svc_identity.checks.accounts import email_problem
from svc_identity.events import tell_reset_requested
from svc_identity.links.models import Link
from svc_identity.members.models import Member
from svc_identity.seals import seal, unseal
from svc_identity.sessions import throttle
from svc_identity.sessions.revocations import revoke_user
from svc_identity.workflow import MEMBER

USED_UP = "Tautan ini sudah dipakai, sudah diganti atau sudah kedaluwarsa. Mintalah tautan baru."


@dataclass(frozen=True)
class Purpose:
    page: str
    lasts: timedelta


PURPOSES = {
    "claim": Purpose("undangan", timedelta(days=7)),
    "invitation": Purpose("undangan", timedelta(days=7)),
    "first_password": Purpose("atur-ulang-sandi", timedelta(hours=24)),
    "password_reset": Purpose("atur-ulang-sandi", timedelta(minutes=30)),
}


def offer(purpose: str, user: User) -> Link:
    """A fresh link; earlier ones of this person close."""
    close_all(user.id)
    link = Link(purpose=purpose, user_id=user.id, created_by=principal().id, expires_at=now() + PURPOSES[purpose].lasts)
    db.session.add(link)
    db.session.flush()
    return link


def close_all(user_id: uuid.UUID) -> None:
    open_ones = sa.update(Link).where(Link.user_id == user_id, Link.closed_at.is_(None))
    db.session.execute(open_ones.values(closed_at=now()))


def find_open(user_id: uuid.UUID) -> Link | None:
    query = sa.select(Link).where(Link.user_id == user_id, Link.closed_at.is_(None), Link.expires_at > now())
    return db.session.scalars(query.order_by(Link.id.desc())).first()


def get_open(link_id: uuid.UUID) -> Link:
    link = db.session.get(Link, link_id)
    if link is None or link.closed_at is not None or link.expires_at <= now():
        raise NotFound()
    return link


def url_of(link: Link) -> str:
    return f"{current_app.config['PUBLIC_URL']}/{PURPOSES[link.purpose].page}?token={seal('link', link.id)}"


def request_reset(email: str, *, ip: str) -> None:
    """Says nothing about whether anybody has this address; the mail does."""
    if problem := email_problem(email):
        raise BadForm(problem, errors={"email": [problem]})
    throttle.take(throttle.RESET_ADDRESS, ip)
    throttle.take(throttle.RESET_ACCOUNT, accounts.email_key(email))
    with atomic():
        for user in accounts.list_by_email(email):
            tell_reset_requested(offer("password_reset", user))


def redeem_password(token: str, password: str) -> None:
    """Another password by link; every session of the person ends."""
    with atomic():
        link = _still_open(_find(token, "password_reset", "first_password"))
        accounts.check_password(password, personal=accounts.personal_words(link.user))
        accounts.set_password(link.user, password)
        link.closed_at = now()
        revoke_user(link.user_id, "password_changed")


def accept(token: str, *, username: str, password: str, name: str = "") -> Member:
    """An invited colleague, or the owner of a walk-in account, chooses username and password."""
    with atomic():
        link = _find(token, "invitation", "claim")
        member = db.session.get_one(Member, link.user_id)
        customer = lock(member.customer)  # the root before the link, as every act on a member does
        user = _still_open(link).user
        user.name = name or user.name
        accounts.check_credentials(username, password, personal=(*accounts.personal_words(user), customer.name))
        accounts.set_username(user, username)
        accounts.set_password(user, password)
        customer.is_claimed = True
        link.closed_at = now()
        MEMBER.fire(member, "accept", actor=SYSTEM)
    return member


def _find(token: str, *purposes: str) -> Link:
    link_id = unseal("link", token)
    link = db.session.get(Link, link_id) if link_id else None
    if link is None or link.purpose not in purposes:
        raise Gone(USED_UP)
    return link


def _still_open(link: Link) -> Link:
    """The locked link: of two uses at once one is late."""
    lock(link)
    if link.closed_at is not None or link.expires_at <= now():
        raise Gone(USED_UP)
    return link
