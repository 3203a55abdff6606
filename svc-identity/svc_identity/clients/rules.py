"""Other systems: an id, a secret and scopes."""

import hashlib
import hmac
import secrets
import uuid
from typing import Any

import sqlalchemy as sa
from flask import current_app

from chassis.auth import Principal
from chassis.db import atomic, db, lock, now
from chassis.problems import BadForm, NotFound, Unauthenticated
from chassis.workflow import Act
from svc_identity.clients.models import Client
from svc_identity.roles import ADMINS
from svc_identity.sessions import throttle
from svc_identity.sessions.revocations import revoke_user
from svc_identity.sessions.tokens import access_keys
from svc_identity.workflow import CLIENT

SCOPES = {
    "events:read": "Membaca umpan peristiwa publik",
    "subscriptions:write": "Mengatur langganan webhook sendiri",
    "documents:verify": "Memeriksa keaslian dokumen",
}
WRONG = "Client id atau secret salah."


def seen_by(principal: Principal) -> sa.Select[Any]:
    return sa.select(Client).where(sa.true() if principal.has(*ADMINS) else sa.false())


def get(client_id: uuid.UUID, seen: Principal) -> Client:
    client = db.session.scalar(seen_by(seen).where(Client.id == client_id))
    if client is None:
        raise NotFound()
    return client


def add(form: dict[str, Any], principal: Principal) -> tuple[Client, str]:
    """The client and its secret, which is shown this once."""
    secret = secrets.token_urlsafe(32)
    client = Client(name=form["name"], scopes=sorted(set(form["scopes"])), secret_hash=_digest(secret), status="active")
    CLIENT.created(client, principal)
    return client, secret


def renew_secret(client: Client) -> str:
    secret = secrets.token_urlsafe(32)
    lock(client).secret_hash = _digest(secret)
    client.version += 1
    revoke_user(client.id, "secret_renewed", end_sessions=False)
    return secret


def issue(client_id: str, client_secret: str, scope: str) -> dict[str, Any]:
    """An access token of kind `client`: no roles, the scopes asked for or all that are granted."""
    mark = throttle.take(throttle.CLIENT, client_id)
    client = _find(client_id)
    known = client.secret_hash if client else _digest("")
    if not hmac.compare_digest(known, _digest(client_secret)) or client is None or client.status != "active":
        raise Unauthenticated(WRONG)
    granted = scope.split() or client.scopes
    if not set(granted) <= set(client.scopes):
        raise BadForm("Scope tidak diberikan.", errors={"scope": [f"Yang diberikan: {' '.join(client.scopes)}."]})
    lifetime = current_app.config["ACCESS_MINUTES"] * 60
    claims = {
        "kind": "client",
        "sub": str(client.id),
        "name": client.name,
        "roles": [],
        "scope": {"api": sorted(granted)},
    }
    token = access_keys().sign(lifetime=lifetime, **claims, customer_id=None, username=None, sid=None)
    throttle.give_back(throttle.CLIENT, client_id, mark)
    with atomic():
        db.session.execute(sa.update(Client).where(Client.id == uuid.UUID(client_id)).values(last_used_at=now()))
    return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": " ".join(sorted(granted))}


@CLIENT.effect("disable")
def disable(act: Act) -> None:
    revoke_user(act.thing.id, "disabled", end_sessions=False)


def _find(client_id: str) -> Client | None:
    try:
        return db.session.get(Client, uuid.UUID(client_id))
    except ValueError:
        return None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
