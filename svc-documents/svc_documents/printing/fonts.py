"""Source Sans Pro for everything, Noto Sans for the rare sign it lacks (superscript plus and minus, Greek italics)."""

import re
from functools import cache
from importlib.resources import files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

BODY, BOLD, ITALIC, BOLD_ITALIC, FALLBACK = "Body", "Body-Bold", "Body-Italic", "Body-BoldItalic", "Fallback"

_FILES = {
    BODY: ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    BOLD: ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    ITALIC: ("font_source_sans_pro", "SourceSansPro-It.ttf"),
    BOLD_ITALIC: ("font_source_sans_pro", "SourceSansPro-BoldIt.ttf"),
    FALLBACK: ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
}

Runs = list[tuple[str, str]]


@cache
def register() -> None:
    for name, (package, file_name) in _FILES.items():
        font = TTFont(name, str(files(package) / "files" / file_name), asciiReadable=False)  # embeds what is used only
        pdfmetrics.registerFont(font)


def runs(text: str, font: str) -> Runs:
    """The text in pieces of one font each: what the body font lacks is set in the fallback face."""
    pieces = _uncovered().split(text)
    if len(pieces) == 1:
        return [(font, text)]
    return [(FALLBACK if number % 2 else font, piece) for number, piece in enumerate(pieces) if piece]


def width(runs: Runs, size: float) -> float:
    return sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in runs)


@cache
def _uncovered() -> re.Pattern[str]:
    """Signs that not all four faces of the body font have."""
    register()
    faces = (pdfmetrics.getFont(name).face.charToGlyph for name in (BODY, BOLD, ITALIC, BOLD_ITALIC))
    covered = frozenset.intersection(*(frozenset(glyphs) for glyphs in faces))
    return re.compile(f"([^{''.join(re.escape(chr(code)) for code in sorted(covered))}]+)")
