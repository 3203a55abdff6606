import hashlib
import tempfile
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from chassis.auth import Principal
from chassis.db import atomic, db, new_id, now
from chassis.problems import BadForm, Gone, NotFound, Refused, TooLarge

from ..models import File
from ..storage import CHUNK, storage
from . import grants, scanner
from .inspection import inspect
from .names import display_name
from .sandbox.sentences import EMPTY, INFECTED, TOO_LARGE, WAITING

LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class Examined:
    name: str
    media_type: str
    content: bytes
    original_sha256: str
    is_scanned: bool


def examine(upload: FileStorage) -> Examined:
    """The clean copy of an upload. Takes its time, so never inside a transaction."""
    with closing(upload), tempfile.TemporaryDirectory(prefix="unggah-") as folder:
        source = Path(folder) / "upload"
        upload.save(source)
        _check_size(source.stat().st_size)
        clean = inspect(source, Path(folder))
        with source.open("rb") as file:
            original = hashlib.file_digest(file, "sha256").hexdigest()
        name = display_name(upload.filename, clean.extension)
        is_scanned = _scan(source)
        return Examined(name, clean.media_type, clean.path.read_bytes(), original, is_scanned)


def _scan(source: Path) -> bool:
    """False when the scanner does not answer: the file is kept, and waits."""
    try:
        with source.open("rb") as file:
            threat = scanner.threat_in(iter(lambda: file.read(CHUNK), b""))
    except scanner.ScannerDown:
        return False
    if threat:
        raise BadForm(INFECTED, errors={"file": [INFECTED]})
    return True


def keep(examined: Examined, principal: Principal) -> File:
    """Store it under a random key; the same bytes under the same name are kept once for each person."""
    sha256 = hashlib.sha256(examined.content).hexdigest()
    same = {"name": examined.name, "sha256": sha256, "original_sha256": examined.original_sha256}
    earlier = db.session.scalar(sa.select(File).filter_by(uploaded_by=principal.id, **same))
    if earlier is not None:
        return earlier
    stored = storage().put(examined.content)
    file = File(
        **same,
        id=new_id(),
        media_type=examined.media_type,
        size=stored.size,
        storage_key=stored.key,
        uploaded_by=principal.id,
        released_at=now() if examined.is_scanned else None,
    )
    db.session.add(file)
    return file


def get(file_id: uuid.UUID, principal: Principal, grant: str | None) -> File:
    """NotFound for whoever neither uploaded it nor brings a grant that covers it."""
    file = db.session.get(File, file_id)
    if file is not None and _may_read(file, principal, grant):
        _check_released(file, principal)
        return file
    raise NotFound("Berkas tidak ditemukan, atau tautannya sudah kedaluwarsa. Muat ulang halaman asalnya.")


def _may_read(file: File, principal: Principal, grant: str | None) -> bool:
    if file.uploaded_by is not None and file.uploaded_by == principal.id and principal.kind != "anonymous":
        return True
    claims = grants.read(grant) if grant else None
    return claims is not None and grants.covers(
        claims, file_id=file.id, attached_by=file.attached_by, source=file.source
    )


def _check_released(file: File, principal: Principal) -> None:
    if file.threat:
        raise Gone(INFECTED)
    if file.released_at is None and file.uploaded_by != principal.id:
        raise Refused(WAITING, headers={"Retry-After": "30"})


def scan_waiting() -> None:
    """Scan what was kept while the scanner was away."""
    waiting = sa.select(File).where(File.released_at.is_(None), File.threat.is_(None)).order_by(File.id).limit(50)
    for file_id, key in [(file.id, file.storage_key) for file in db.session.scalars(waiting)]:
        db.session.rollback()
        try:
            threat = scanner.threat_in(storage().read(key))
        except scanner.ScannerDown:
            return
        _judge(file_id, threat)


@atomic
def _judge(file_id: uuid.UUID, threat: str | None) -> None:
    file = db.session.get_one(File, file_id)
    file.threat = threat
    file.released_at = None if threat else now()


def sweep() -> int:
    """Remove bytes no row names: their writer died between storing and committing, a day ago or more."""
    old = list(storage().keys_before(now() - timedelta(days=1)))
    named: set[str] = set()
    for start in range(0, len(old), 500):
        some = sa.select(File.storage_key).where(File.storage_key.in_(old[start : start + 500]))
        named.update(db.session.scalars(some))
    lost = [key for key in old if key not in named]
    for key in lost:
        storage().discard(key)
    return len(lost)


def _check_size(size: int) -> None:
    if size == 0:
        raise BadForm(EMPTY, errors={"file": [EMPTY]})
    if size > LIMIT:
        raise TooLarge(TOO_LARGE, errors={"file": [TOO_LARGE]})
