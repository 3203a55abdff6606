"""`python -m svc_documents.files.sandbox clean <source> <target>`: parse and rewrite one file within limits;
`… draw <source> <target> <media type> <page>`: show a page of it;
`… seal <source> <certificates>`: say whether the office's seal on it holds.

Answers on standard output: what it is, or why it is refused. If it dies instead, that is an answer too.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
LARGEST_OUTPUT = 64 * 1024 * 1024


def limit() -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows; the caller's time limit stays
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def examine(source: Path, target: Path) -> dict[str, str]:
    # imported after the limits are set: the parsers themselves are what is not trusted
    from . import archives, images, pdfs
    from .types import DOCX, JPEG, MEDIA_TYPES, PDF, PNG, WEBP, XLSX, media_type_of
    from .verdict import Refused

    cleaners = {PDF: pdfs, PNG: images, JPEG: images, WEBP: images, XLSX: archives, DOCX: archives}
    try:
        media_type = media_type_of(source)
        cleaners[media_type].clean(source, target, media_type)
    except Refused as refusal:
        return {"reason": refusal.reason, "kind": refusal.kind}
    return {"media_type": media_type, "extension": MEDIA_TYPES[media_type]}


def draw(source: Path, target: Path, media_type: str, number: str) -> dict[str, int]:
    from . import pictures

    return pictures.draw(source, target, media_type, int(number))


def check_seal(source: Path, certificates: Path) -> dict[str, str]:
    from . import seals

    return {"seal": seals.check(source, certificates)}


if __name__ == "__main__":
    limit()
    task, source, target, *more = sys.argv[1:]
    tasks: dict[str, Callable[..., dict[str, Any]]] = {"clean": examine, "draw": draw, "seal": check_seal}
    sys.stdout.write(json.dumps(tasks[task](Path(source), Path(target), *more)))
