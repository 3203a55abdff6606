"""Idempotency-Key on POST: the answer is remembered in the act's own transaction, and checked before state."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, g, make_response, request
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Declared, UTCDateTime, atomic, db, now
from chassis.problems import BadForm, Conflict

MAX_KEY = 200
REMEMBERED_HEADERS = ("Content-Type", "ETag", "Location")


class Remembered(Declared):
    """One answered POST of one caller."""

    __tablename__ = "idempotency"

    subject: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    headers: Mapped[str] = mapped_column(sa.Text())
    body: Mapped[str] = mapped_column(sa.Text())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now, index=True)


def answered_once(act: Callable[[], Any]) -> Any:
    """Run `act` inside the current transaction, or give the first answer again."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return act()
    if len(key) > MAX_KEY:
        raise BadForm("Idempotency-Key terlalu panjang.")
    fingerprint = _fingerprint()
    subject = _subject(fingerprint)
    _claim(subject, key)
    earlier = db.session.get(Remembered, (subject, key))
    if earlier is not None:
        return _again(earlier, fingerprint)
    response = make_response(act())
    if response.status_code < 500 and not response.is_streamed:
        _remember(subject, key, fingerprint, response)
    return response


def answered_after(act: Callable[[], Any]) -> Any:
    """The same for an act of several transactions: its answer is kept once all are done, and what was cut off is done again.

    Such an act must bear being repeated by itself.
    """
    key = request.headers.get("Idempotency-Key")
    if not key:
        return act()
    if len(key) > MAX_KEY:
        raise BadForm("Idempotency-Key terlalu panjang.")
    fingerprint = _fingerprint()
    subject = _subject(fingerprint)
    if earlier := db.session.get(Remembered, (subject, key)):
        return _again(earlier, fingerprint)
    response = make_response(act())
    with atomic():
        if db.session.get(Remembered, (subject, key)) is None:
            _remember(subject, key, fingerprint, response)
    return response


def _subject(fingerprint: str) -> str:
    """Strangers share no keys: whoever asks for something else under a stranger's key asks for another act, and reads nothing."""
    return fingerprint if g.principal.is_anonymous else str(g.principal.id)


def _claim(subject: str, key: str) -> None:
    """While the first is in flight the second is told so. SQLite's writers queue instead."""
    if db.session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"{subject}\n{key}".encode()).digest()
    number = int.from_bytes(digest[:8], signed=True)
    if not db.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))):
        raise Conflict("Permintaan yang sama sedang diproses.", headers={"Retry-After": "1"})


def _fingerprint() -> str:
    """Keyed, since a body may hold a password. A view that has read its body as a stream leaves a digest in `g.body_digest`."""
    body = g.body_digest.encode() if "body_digest" in g else request.get_data()
    text = f"{request.method}\n{request.full_path}\n".encode() + body
    return hmac.digest(current_app.extensions["chassis"].signer.derive("idempotency"), text, "sha256").hex()


def _again(earlier: Remembered, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        raise BadForm("Idempotency-Key ini sudah dipakai untuk permintaan lain.")
    response = Response(earlier.body, status=earlier.status)
    for line in earlier.headers.splitlines():
        name, _, value = line.partition(": ")
        response.headers[name] = value
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _remember(subject: str, key: str, fingerprint: str, response: Response) -> None:
    kept = [f"{name}: {response.headers[name]}" for name in REMEMBERED_HEADERS if name in response.headers]
    db.session.add(
        Remembered(
            subject=subject,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers="\n".join(kept),
            body=response.get_data(as_text=True),
        )
    )


def forget_before(moment: datetime) -> int:
    """Drop answers older than `moment`; returns how many."""
    deleted = db.session.execute(sa.delete(Remembered).where(Remembered.created_at < moment))
    return int(deleted.rowcount)  # type: ignore[attr-defined]  # CursorResult at run time
