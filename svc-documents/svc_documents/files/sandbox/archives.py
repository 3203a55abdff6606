"""XLSX and DOCX: a plain archive of plain parts, not larger than it says, without macros or foreign objects."""

import shutil
import zipfile
from pathlib import Path
from typing import IO

from .sentences import ACTIVE, BOMB, FOREIGN, OFFICE_BROKEN
from .types import MAX_ENTRIES, OFFICE_PARTS
from .verdict import Refused

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 150
SMALL = 1024 * 1024
CHUNK = 256 * 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ACTIVE_PARTS = ("vbaproject", "vbadata", "/activex/", "/embeddings/", "oleobject", "/externallinks/", "macrosheets")
NESTED = (".zip", ".rar", ".7z", ".jar", ".gz", ".exe", ".dll", ".js", ".vbs", ".bin.zip")


def clean(source: Path, target: Path, media_type: str) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _check_declared(entries, archive)
            _check_parts(entries, media_type)
            _repack(archive, entries, target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refused(OFFICE_BROKEN) from error


def _check_declared(entries: list[zipfile.ZipInfo], archive: zipfile.ZipFile) -> None:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused(BOMB)
    if any(_is_dense(entry.file_size, entry.compress_size) for entry in entries):
        raise Refused(BOMB)
    if any(entry.flag_bits & 1 or entry.compress_type not in METHODS for entry in entries):
        raise Refused(OFFICE_BROKEN)
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset + 30 + len(entry.orig_filename.encode()) + entry.compress_size for entry in ordered]
    starts = [*(entry.header_offset for entry in ordered[1:]), archive.start_dir]
    if any(end > start for end, start in zip(ends, starts, strict=True)):
        raise Refused(BOMB)


def _check_parts(entries: list[zipfile.ZipInfo], media_type: str) -> None:
    names = [f"/{entry.filename.lower()}" for entry in entries]
    if len(set(names)) != len(names) or any(".." in name.split("/") or "\\" in name for name in names):
        raise Refused(OFFICE_BROKEN)
    if any(part in name for part in ACTIVE_PARTS for name in names):
        raise Refused(ACTIVE)
    if any(name.endswith(NESTED) for name in names):
        raise Refused(FOREIGN)
    main = next(part for part, kind in OFFICE_PARTS.items() if kind == media_type)
    if f"/{main}" not in names:
        raise Refused(OFFICE_BROKEN)


def _repack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], target: Path) -> None:
    """Only the declared parts are copied, counted while they are unpacked; anything around the archive stays behind."""
    left = MAX_UNPACKED
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in entries:
            if entry.is_dir():
                continue
            part = zipfile.ZipInfo(entry.filename, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry) as packed, copy.open(part, "w") as unpacked:
                counted = _Counted(unpacked, limit=min(left, entry.file_size))
                shutil.copyfileobj(packed, counted, CHUNK)
                left -= counted.count


class _Counted:
    def __init__(self, target: IO[bytes], limit: int) -> None:
        self._target, self._limit, self.count = target, limit, 0

    def write(self, chunk: bytes) -> int:
        if self.count == 0 and chunk.startswith((b"PK\x03\x04", b"MZ", b"\x7fELF")):
            raise Refused(FOREIGN)
        self.count += len(chunk)
        if self.count > self._limit:
            raise Refused(BOMB)
        return self._target.write(chunk)


def _is_dense(unpacked: int, packed: int) -> bool:
    return unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1)
