"""Pages of a file as pictures, drawn where uploads are parsed: in a process with limits."""

import tempfile
from pathlib import Path

from chassis.problems import NotFound

from ..models import File
from ..storage import storage
from .inspection import SandboxFailed, draw

SHOWN = ("application/pdf", "image/png", "image/jpeg", "image/webp")
NO_PICTURE = "Berkas ini tidak dapat ditampilkan. Unduh berkas untuk membukanya."
NO_PAGE = "Halaman ini tidak ada."


def count(file: File) -> int:
    """How many pages can be shown; 0 where the kind of file has none."""
    return _draw(file, 0)[0] if file.media_type in SHOWN else 0


def of_page(file: File, number: int) -> bytes:
    """Page `number` (from 1) as PNG; raises NotFound."""
    if file.media_type not in SHOWN:
        raise NotFound(NO_PICTURE)
    picture = _draw(file, number)[1]
    if picture is None:
        raise NotFound(NO_PAGE)
    return picture


def _draw(file: File, number: int) -> tuple[int, bytes | None]:
    with tempfile.TemporaryDirectory(prefix="halaman-") as folder:
        source, target = Path(folder) / "berkas", Path(folder) / "halaman.png"
        with source.open("wb") as copy:
            copy.writelines(storage().read(file.storage_key))
        try:
            pages = draw(source, target, file.media_type, number)
        except SandboxFailed as error:
            raise NotFound(NO_PICTURE) from error
        return pages, target.read_bytes() if target.exists() else None
