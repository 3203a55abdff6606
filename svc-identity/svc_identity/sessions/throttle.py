"""How often something may be tried. Tries are rows, so counters survive restarts and hold across processes."""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chassis.db import atomic, db, new_id, now
from chassis.problems import TooMany
from svc_identity.sessions.models import Throttle

WAIT = "Terlalu banyak percobaan. Coba lagi beberapa menit lagi."


@dataclass(frozen=True)
class Limit:
    name: str
    times: int
    seconds: int


LOGIN_ACCOUNT = Limit("login", 10, 15 * 60)
LOGIN_ADDRESS = Limit("login-address", 100, 15 * 60)
RESET_ACCOUNT = Limit("reset", 3, 3600)
RESET_ADDRESS = Limit("reset-address", 20, 3600)
CLIENT = Limit("client", 10, 15 * 60)


def take(limit: Limit, key: str) -> float:
    """Use one try up and return its mark for `give_back`. Raises TooMany when none is left."""
    with atomic():
        row = _locked(limit, key)
        moment = time.time()
        recent = [mark for mark in row.tries if mark > moment - limit.seconds]
        if len(recent) >= limit.times:
            wait = max(1, round(recent[0] + limit.seconds - moment))
            raise TooMany(WAIT, headers={"Retry-After": str(wait)})
        row.tries = [*recent, moment]
        row.forget_at = datetime.fromtimestamp(moment + limit.seconds, UTC)
    return moment


def give_back(limit: Limit, key: str, mark: float) -> None:
    """The try was none (the password was right)."""
    with atomic():
        row = _locked(limit, key)
        row.tries = [other for other in row.tries if other != mark]


def forget_old() -> int:
    deleted = db.session.execute(sa.delete(Throttle).where(Throttle.forget_at < now()))
    return int(deleted.rowcount)  # type: ignore[attr-defined]  # CursorResult at run time


def _locked(limit: Limit, key: str) -> Throttle:
    digest = hashlib.sha256(f"{limit.name}\n{key}".encode()).hexdigest()
    values = {"id": new_id(), "digest": digest, "tries": [], "forget_at": now()}
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    db.session.execute(insert(Throttle).values(**values).on_conflict_do_nothing(index_elements=["digest"]))
    return db.session.scalars(sa.select(Throttle).filter_by(digest=digest).with_for_update()).one()
