"""Everything stored here about one person and the company this person belongs to (UU 27/2022, access to one's own data).

Secrets are left out: a password is kept as a digest that says nothing to anybody.
"""

import uuid
from typing import Any

import sqlalchemy as sa

from chassis import history
from chassis.auth import Principal
from chassis.db import db, now
from svc_identity.accounts.models import User
from svc_identity.customers import rules as customers
from svc_identity.customers.models import Customer
from svc_identity.customers.present import LABELS
from svc_identity.members import rules as members
from svc_identity.preferences import rules as preferences
from svc_identity.sessions.models import Session
from svc_identity.sessions.rules import get_user
from svc_identity.vault import rules as vault
from svc_identity.vault.kinds import LABELS as KINDS
from svc_identity.views.models import SavedView

SECRET = frozenset({"password_hash", "email_key"})


def of(principal: Principal) -> dict[str, Any]:
    user = get_user(principal)
    company = customers.get(principal.customer_uuid, principal) if principal.customer_uuid else None
    return {
        "made_at": now().isoformat(),
        "person": _person(user),
        "company": _company(company) if company else None,
    }


def _person(user: User) -> dict[str, Any]:
    return {
        **row(user),
        "roles": user.roles,
        "sessions": [row(each) for each in _of_user(Session, user.id)],
        "preferences": preferences.of(user),
        "saved_views": [row(each) for each in db.session.scalars(sa.select(SavedView).filter_by(owner_id=user.id))],
    }


def _company(company: Customer) -> dict[str, Any]:
    return {
        **row(company),
        **{f"{name}_label": labels[getattr(company, name)] for name, labels in LABELS.items()},
        "members": [row(each) | _named(each.user) for each in members.list_of(company)],
        "documents": [row(each) | {"kind_label": KINDS[each.kind]} for each in vault.list_of(company)],
        "history": [history.present(each, names=False) for each in history.of(company.id)],
    }


def _named(colleague: User) -> dict[str, Any]:
    """Of a colleague what the company's own page shows."""
    return {name: getattr(colleague, name) for name in ("name", "username", "email", "phone")}


def row(thing: Any) -> dict[str, Any]:
    """The columns of a row that are no secret, as the database has them."""
    columns = sa.inspect(type(thing)).column_attrs
    return {each.key: getattr(thing, each.key) for each in columns if each.key not in SECRET}


def _of_user(model: type[Session], user_id: uuid.UUID) -> list[Session]:
    return list(db.session.scalars(sa.select(model).filter_by(user_id=user_id).order_by(model.created_at)))
