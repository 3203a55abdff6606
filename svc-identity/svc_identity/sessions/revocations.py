"""What the gateway has to forget before the tokens run out by themselves."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from chassis.db import db, now
from svc_identity.accounts.models import User
from svc_identity.sessions.models import Revocation, Session

LOOK_BACK = timedelta(seconds=60)


def end_session(session: Session, reason: str) -> None:
    if session.ended_at is None:
        session.ended_at, session.end_reason = now(), reason
        db.session.add(Revocation(session_id=session.id, reason=reason))


def revoke_user(user_id: uuid.UUID, reason: str, *, end_sessions: bool = True, but: uuid.UUID | None = None) -> None:
    """Access tokens up to now are void; sessions end too, except `but`, unless only the facts in the token changed."""
    if end_sessions:
        open_ones = sa.select(Session).filter_by(user_id=user_id, ended_at=None)
        for session in db.session.scalars(open_ones):
            if session.id != but:
                end_session(session, reason)
    db.session.add(Revocation(user_id=user_id, reason=reason))


def end_all(reason: str) -> tuple[int, int]:
    """Everybody has to sign in again, also who signed in where this database knows nothing of; returns sessions and people."""
    open_ones = sa.update(Session).where(Session.ended_at.is_(None)).values(ended_at=now(), end_reason=reason)
    ended = db.session.execute(open_ones.execution_options(synchronize_session=False))
    people = db.session.scalars(sa.select(User.id)).all()
    db.session.add_all(Revocation(user_id=person, reason=reason) for person in people)
    return int(ended.rowcount), len(people)  # type: ignore[attr-defined]  # CursorResult at run time


def since(after: datetime | None) -> dict[str, Any]:
    """Looks back a minute behind `after`: rows of slower transactions appear with an earlier time. Repeats are harmless."""
    moment = now()
    lifetime = timedelta(minutes=current_app.config["ACCESS_MINUTES"], seconds=60)
    start = max(after - LOOK_BACK, moment - lifetime) if after else moment - lifetime
    query = sa.select(Revocation).where(Revocation.revoked_at > start).order_by(Revocation.revoked_at)
    return {"items": [_present(row) for row in db.session.scalars(query)], "next": moment.isoformat()}


def _present(row: Revocation) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "sid": str(row.session_id) if row.session_id else None,
        "sub": str(row.user_id) if row.user_id else None,
        "revoked_at": row.revoked_at.isoformat(),
        "reason": row.reason,
    }
