"""Preferences of one person: read whole, changed key by key, never longer than MAX_BYTES."""

from typing import Any

from chassis.db import db, dumps, lock
from chassis.problems import BadForm
from svc_identity.accounts.models import User
from svc_identity.preferences.models import Preferences

MAX_BYTES = 16 * 1024


def of(user: User) -> dict[str, Any]:
    kept = db.session.get(Preferences, user.id)
    return kept.content if kept else {}


def change(user: User, changes: dict[str, Any]) -> dict[str, Any]:
    """The keys given replace theirs, a key given as None is forgotten; two changes at once both count."""
    lock(user)
    merged = {name: value for name, value in {**of(user), **changes}.items() if value is not None}
    if len(dumps(merged).encode()) > MAX_BYTES:
        raise BadForm("Preferensi terlalu panjang; hapus sebagian lebih dahulu.")
    kept = db.session.get(Preferences, user.id)
    if kept is None:
        db.session.add(Preferences(id=user.id, content=merged))
    else:
        kept.content = merged
    return merged
