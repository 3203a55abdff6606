"""The heads of all history chains, signed and appended every few minutes to a file outside the database.

Whoever rewrites or cuts a chain in the database would have to rewrite these lines too. Each line holds the heads that are new since
the line before, and the hash of that line. `deploy/verify_history.py` checks an export against them without any service.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import click
import rfc8785
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from chassis.db import db, dumps, now
from chassis.history import CHAINED, GENESIS, LATER, History, as_text

EVERY = 300.0
OVERLAP = timedelta(hours=1)  # a row's id is made before it commits: look back further than any transaction lasts
EXPORTED = [*CHAINED, *LATER, "previous_hash", "hash"]


def export() -> Iterator[str]:
    """Every row of every chain as one line of JSON; `private` is the stored text, or null where it was erased."""
    columns = [getattr(History, name) for name in EXPORTED]
    private = sa.type_coerce(History.private, sa.Text).label("private")
    query = sa.select(*columns, private).order_by(History.root_id, History.seq).execution_options(yield_per=1000)
    for row in db.session.execute(query):
        yield dumps({name: as_text(value) for name, value in row._mapping.items()})


def heads(since: datetime | None = None) -> dict[str, list[Any]]:
    """`{root id: [seq, hash]}` of the chains that grew since then."""
    last = sa.select(History.root_id, sa.func.max(History.seq).label("seq")).group_by(History.root_id)
    if since is not None:
        grown = sa.select(History.root_id).where(History.id >= _first_id(since - OVERLAP))
        last = last.where(History.root_id.in_(grown))
    top = last.subquery()
    join = sa.and_(History.root_id == top.c.root_id, History.seq == top.c.seq)
    query = sa.select(History.root_id, History.seq, History.hash).join(top, join).order_by(History.root_id)
    return {str(root): [seq, digest] for root, seq, digest in db.session.execute(query)}


def _first_id(moment: datetime) -> uuid.UUID:
    """The smallest UUIDv7 of that millisecond."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def anchor() -> int:
    """Append one signed line with the heads that are new; returns how many there were."""
    chassis = current_app.extensions["chassis"]
    with _log(chassis.source) as file:
        lines = [json.loads(line) for line in _whole_lines(file)]
        known = {root: head for line in lines for root, head in line["heads"].items()}
        found = heads(datetime.fromisoformat(lines[-1]["at"]) if lines else None)
        fresh = {root: head for root, head in found.items() if known.get(root) != head}
        if not fresh:
            return 0
        line = {
            "service": chassis.source,
            "number": len(lines) + 1,
            "at": now().isoformat(),
            "heads": fresh,
            "previous": digest_of(lines[-1]) if lines else GENESIS,
            "kid": chassis.signer.kid,
        }
        signed = {**line, "signature": chassis.signer.sign_bytes(rfc8785.dumps(line))}
        file.write(dumps(signed).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return len(fresh)


def anchor_when_wanted() -> None:
    if current_app.config["ANCHOR_DIR"]:
        anchor()


def digest_of(line: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(line)).hexdigest()


@contextmanager
def _log(name: str) -> Iterator[IO[bytes]]:
    """The service's file, opened for appending by one process at a time."""
    folder = Path(current_app.config["ANCHOR_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.jsonl").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _whole_lines(file: IO[bytes]) -> list[bytes]:
    """A line that a dying writer left half written never counted, so it goes."""
    file.seek(0)
    text = file.read()
    if text and not text.endswith(b"\n"):
        file.truncate(text.rfind(b"\n") + 1)
        text = text[: text.rfind(b"\n") + 1]
    return text.splitlines()


@click.group("history")
def commands() -> None:
    """Take the history out, and write down where it stands."""


@commands.command("export")
@with_appcontext
def export_command() -> None:
    """Every row as one line of JSON, for `deploy/verify_history.py`."""
    for line in export():
        click.echo(line)


@commands.command("anchor")
@with_appcontext
def anchor_command() -> None:
    """Append the signed heads of the chains to ANCHOR_DIR."""
    if not current_app.config["ANCHOR_DIR"]:
        raise click.ClickException("ANCHOR_DIR is not set")
    click.echo(f"{anchor()} heads")
