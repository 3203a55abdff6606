"""Source Sans Pro for everything, Noto Sans for the rare sign it lacks (superscript plus and minus, Greek italics)."""

from functools import cache
from importlib.resources import files
from itertools import groupby
from xml.sax.saxutils import escape

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


@cache
def register() -> None:
    for name, (package, file_name) in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(files(package) / "files" / file_name)))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC)


@cache
def _covered() -> frozenset[int]:
    """Code points that all four faces of the body font have."""
    register()
    faces = (pdfmetrics.getFont(name).face.charToGlyph for name in (BODY, BOLD, ITALIC, BOLD_ITALIC))
    return frozenset.intersection(*(frozenset(glyphs) for glyphs in faces))


def markup(text: object) -> str:
    """Plain text as paragraph markup: escaped, line breaks kept, uncovered signs set in the fallback face."""
    lines = ("".join(_run(*part) for part in groupby(line, _is_covered)) for line in str(text).splitlines() or [""])
    return "<br/>".join(lines)


def _is_covered(sign: str) -> bool:
    return ord(sign) in _covered()


def _run(is_covered: bool, signs) -> str:
    text = escape("".join(signs))
    return text if is_covered else f'<font name="{FALLBACK}">{text}</font>'
