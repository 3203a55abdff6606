"""Signing in, staying in and signing out."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from chassis.auth import Principal
from chassis.db import atomic, db, lock, now
from chassis.problems import BadForm, NotAllowed, Unauthenticated
from svc_identity.accounts import rules as accounts
from svc_identity.accounts.models import User
from svc_identity.checks.accounts import normalise_username
from svc_identity.checks.passwords import hash_password, is_outdated, is_right
from svc_identity.members.models import Member
from svc_identity.seals import seal, unseal
from svc_identity.sessions import throttle
from svc_identity.sessions.models import RefreshToken, Session
from svc_identity.sessions.revocations import end_session, revoke_user
from svc_identity.sessions.tokens import access_keys

GRACE = timedelta(seconds=30)
WRONG = "Username atau password salah."
OVER = "Sesi Anda sudah berakhir. Silakan masuk kembali."
CLOSED = {
    "unverified": "Pendaftaran Anda masih menunggu verifikasi petugas. Anda dapat masuk setelah akun diverifikasi.",
    "refused": "Pendaftaran Anda ditolak: {reason}",
    "blocked": "Akun perusahaan Anda sedang diblokir. Hubungi customer service.",
}


def sign_in(username: str, password: str, *, ip: str) -> dict[str, Any]:
    """Tokens of a new session. Unknown name and wrong password take the same way through here, and the same time."""
    account = normalise_username(username)
    by_account = throttle.take(throttle.LOGIN_ACCOUNT, account)
    by_address = throttle.take(throttle.LOGIN_ADDRESS, ip)
    found = accounts.find_by_username(account)
    user_id, kept = (found.id, found.password_hash) if found else (None, None)
    if not is_right(kept, password) or user_id is None:
        raise Unauthenticated(WRONG)
    throttle.give_back(throttle.LOGIN_ACCOUNT, account, by_account)
    throttle.give_back(throttle.LOGIN_ADDRESS, ip, by_address)
    with atomic():
        user = db.session.get_one(User, user_id)
        if reason := why_closed(user):
            raise NotAllowed(reason)
        if is_outdated(user.password_hash or ""):
            user.password_hash = hash_password(password)
        user.last_login_at = now()
        session = Session(
            user_id=user.id, ip=ip, expires_at=now() + timedelta(hours=current_app.config["SESSION_HOURS"])
        )
        db.session.add(session)
        db.session.flush()
        return _tokens(session, user, _issue(session))


def refresh(token: str) -> dict[str, Any]:
    """Another pair. A token used twice within the grace gives the same successor; later it ends the session."""
    token_id = unseal("refresh", token)
    if token_id is None:
        raise Unauthenticated(OVER)
    with atomic():
        renewed = _renew(token_id)
    if renewed is None:
        raise Unauthenticated(OVER)
    return renewed


def _renew(token_id: uuid.UUID) -> dict[str, Any] | None:
    row = db.session.get(RefreshToken, token_id)
    if row is None:
        return None
    session: Session = lock(db.session.get_one(Session, row.session_id))
    lock(row)
    if not _is_open(session):
        return None
    if why_closed(session.user):
        end_session(session, "closed")
        return None
    if row.successor_id is None:
        successor = _issue(session)
        row.used_at, row.successor_id = now(), successor
    elif row.used_at is not None and now() - row.used_at > GRACE:
        end_session(session, "token_reused")
        return None
    session.last_used_at = now()
    return _tokens(session, session.user, row.successor_id)


def sign_out(principal: Principal) -> None:
    session = _find(principal.session_id)
    if session is not None and str(session.user_id) == principal.id:
        end_session(session, "logout")


def change_password(principal: Principal, *, current: str, password: str) -> None:
    """The other sessions end; this one goes on."""
    user = get_user(principal)
    if not is_right(user.password_hash, current):
        raise WrongPassword("Password sekarang salah.", errors={"current_password": ["Password sekarang salah."]})
    accounts.check_password(password, personal=accounts.personal_words(user))
    accounts.set_password(user, password)
    session = _find(principal.session_id)
    revoke_user(user.id, "password_changed", but=session.id if session else None)


class WrongPassword(BadForm):
    """Not the one this person has."""


@contextmanager
def counted(principal: Principal) -> Iterator[None]:
    """Uses up a try at the password, in a transaction of its own, and gives it back unless the password was wrong."""
    user = get_user(principal)
    account = user.username or str(user.id)
    mark = throttle.take(throttle.LOGIN_ACCOUNT, account)
    try:
        yield
    except WrongPassword:
        raise
    except Exception:
        throttle.give_back(throttle.LOGIN_ACCOUNT, account, mark)
        raise
    throttle.give_back(throttle.LOGIN_ACCOUNT, account, mark)


def get_user(principal: Principal) -> User:
    user = accounts.find(principal.id)
    if user is None or not user.is_active:
        raise Unauthenticated(OVER)
    return user


def why_closed(user: User) -> str | None:
    """Why this person may not come in, in words; only ever told to somebody who knew the password."""
    if not user.is_active:
        return "Akun ini dinonaktifkan. Hubungi kantor."
    if user.is_staff:
        return None
    member = db.session.get(Member, user.id)
    if member is None or member.status != "active":
        return "Akses Anda ke perusahaan ini sudah dicabut."
    text = CLOSED.get(member.customer.status)
    return text.format(reason=member.customer.refusal) if text else None


def customer_id_of(user: User) -> str | None:
    member = None if user.is_staff else db.session.get(Member, user.id)
    return str(member.customer_id) if member else None


def forget_before(moment: datetime) -> None:
    """Drop sessions that ran out before `moment`; their refresh tokens go with them."""
    db.session.execute(sa.delete(Session).where(Session.expires_at < moment))


def _is_open(session: Session) -> bool:
    idle = timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    return session.ended_at is None and now() < min(session.expires_at, session.last_used_at + idle)


def _find(session_id: str) -> Session | None:
    return db.session.get(Session, uuid.UUID(session_id)) if session_id else None


def _issue(session: Session) -> uuid.UUID:
    row = RefreshToken(session_id=session.id)
    db.session.add(row)
    db.session.flush()
    return row.id


def _tokens(session: Session, user: User, refresh_id: uuid.UUID) -> dict[str, Any]:
    lifetime = current_app.config["ACCESS_MINUTES"] * 60
    access = access_keys().sign(
        lifetime=lifetime,
        kind="user",
        sub=str(user.id),
        sid=str(session.id),
        name=user.name,
        username=user.username,
        roles=user.roles,
        scope=user.scope,
        customer_id=customer_id_of(user),
    )
    return {
        "access_token": access,
        "refresh_token": seal("refresh", refresh_id),
        "token_type": "Bearer",
        "expires_in": lifetime,
    }
