"""Papers that end soon, and rows nobody needs any more."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from chassis.db import atomic, db, now
from chassis.schedule import every
from svc_identity.links.models import Link
from svc_identity.sessions import rules as sessions
from svc_identity.sessions import throttle
from svc_identity.sessions.models import Revocation
from svc_identity.vault import rules as vault
from svc_identity.vault.models import CustomerDocument

KEPT = timedelta(days=30)


@every(seconds=3600)
def remind_expiring_documents() -> None:
    for document_id in vault.expiring():
        _remind(document_id)


@atomic
def _remind(document_id: uuid.UUID) -> None:
    vault.remind(db.session.get_one(CustomerDocument, document_id))


@every(seconds=3600)
@atomic
def forget_old_sign_ins() -> None:
    moment = now()
    throttle.forget_old()
    sessions.forget_before(moment - KEPT)
    db.session.execute(sa.delete(Revocation).where(Revocation.revoked_at < moment - KEPT))
    db.session.execute(sa.delete(Link).where(Link.expires_at < moment - KEPT))
