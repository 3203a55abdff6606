"""What may be uploaded, told by content and never by name."""

import zipfile
from pathlib import Path

import puremagic

from .sentences import EMPTY, TOO_MANY_PARTS, UNSUPPORTED
from .verdict import Refused

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MEDIA_TYPES = {PDF: "pdf", PNG: "png", JPEG: "jpg", WEBP: "webp", XLSX: "xlsx", DOCX: "docx"}
OFFICE_PARTS = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}

ZIP = b"PK\x03\x04"
MAX_ENTRIES = 2_000


def media_type_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(2048)
    if not head:
        raise Refused(EMPTY)
    if head.startswith(ZIP):
        return _office_type(path)
    found = _recognised(head)
    if found not in (PDF, PNG, JPEG, WEBP):
        raise Refused(UNSUPPORTED, kind="unsupported")
    return found


def _recognised(head: bytes) -> str | None:
    try:
        return next((match.mime_type for match in puremagic.magic_string(head) if match.mime_type in MEDIA_TYPES), None)
    except puremagic.PureError:
        return None


def _office_type(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Refused(UNSUPPORTED, kind="unsupported") from error
    if len(names) > MAX_ENTRIES:
        raise Refused(TOO_MANY_PARTS)
    if "[Content_Types].xml" not in names:
        raise Refused(UNSUPPORTED, kind="unsupported")
    for part, media_type in OFFICE_PARTS.items():
        if part in names:
            return media_type
    raise Refused(UNSUPPORTED, kind="unsupported")
