"""Names of uploads are display text only: nothing is ever stored or opened under them."""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def display_name(name: str | None, extension: str) -> str:
    """What is left of a name: its last part, without invisible or directional signs, with the extension of its content."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in UNSEEN)
    shown = " ".join(seen.split()).strip(". ") or "berkas"
    if PurePosixPath(shown.lower()).suffix.lstrip(".") not in _alike(extension):
        shown = f"{shown}.{extension}"
    stem, dot, suffix = shown.rpartition(".")
    return f"{stem[: LONGEST - len(suffix) - 1]}{dot}{suffix}"


def _alike(extension: str) -> tuple[str, ...]:
    return ("jpg", "jpeg") if extension == "jpg" else (extension,)
