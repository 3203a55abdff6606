"""Rows nobody needs any more."""

from datetime import timedelta

import sqlalchemy as sa

from chassis.db import atomic, db, now
from chassis.schedule import every
from svc_identity.links.models import Link
from svc_identity.sessions import rules as sessions
from svc_identity.sessions import throttle
from svc_identity.sessions.models import Revocation

KEPT = timedelta(days=30)


@every(seconds=3600)
@atomic
def forget_old_sign_ins() -> None:
    moment = now()
    throttle.forget_old()
    sessions.forget_before(moment - KEPT)
    db.session.execute(sa.delete(Revocation).where(Revocation.revoked_at < moment - KEPT))
    db.session.execute(sa.delete(Link).where(Link.expires_at < moment - KEPT))
