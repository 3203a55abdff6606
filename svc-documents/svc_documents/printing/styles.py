from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from .fonts import BODY, BOLD, ITALIC, markup, register

register()

INK = HexColor("#1a1f26")
MUTED = HexColor("#55606d")
ACCENT = HexColor("#17375e")
RULE = HexColor("#b9c2cc")
SHADE = HexColor("#eef2f6")
ALERT = HexColor("#8a1c1c")

_TEXT = {"fontName": BODY, "fontSize": 9.2, "leading": 11.8, "textColor": INK}


def _style(name: str, **changes: object) -> ParagraphStyle:
    return ParagraphStyle(name, **{**_TEXT, **changes})


TEXT = _style("text")
JUSTIFIED = _style("justified", alignment=TA_JUSTIFY)
RIGHT = _style("right", alignment=TA_RIGHT)
CENTRED = _style("centred", alignment=TA_CENTER)
STRONG = _style("strong", fontName=BOLD)
STRONG_RIGHT = _style("strong_right", fontName=BOLD, alignment=TA_RIGHT)
LABEL = _style("label", textColor=MUTED)
SMALL = _style("small", fontSize=8, leading=10.2, textColor=MUTED)
NOTE = _style("note", fontSize=8.4, leading=10.8)
NUMBERED = _style(
    "numbered", fontSize=8.4, leading=10.8, leftIndent=12, bulletIndent=0, bulletFontName=BODY, bulletFontSize=8.4
)
ASIDE = _style("aside", fontName=ITALIC, fontSize=8.4, leading=10.8, textColor=MUTED)
CELL = _style("cell", fontSize=8.6, leading=10.6)
CELL_CENTRED = _style("cell_centred", fontSize=8.6, leading=10.6, alignment=TA_CENTER)
CELL_RIGHT = _style("cell_right", fontSize=8.6, leading=10.6, alignment=TA_RIGHT)
CELL_STRONG = _style("cell_strong", fontName=BOLD, fontSize=8.6, leading=10.6)
CELL_ALERT = _style("cell_alert", fontName=BOLD, fontSize=8.6, leading=10.6, textColor=ALERT)
CELL_ALERT_CENTRED = _style(
    "cell_alert_centred", fontName=BOLD, fontSize=8.6, leading=10.6, textColor=ALERT, alignment=TA_CENTER
)
HEAD = _style("head", fontName=BOLD, fontSize=8.6, leading=10.6, textColor=ACCENT)
HEAD_CENTRED = _style("head_centred", fontName=BOLD, fontSize=8.6, leading=10.6, textColor=ACCENT, alignment=TA_CENTER)
HEAD_RIGHT = _style("head_right", fontName=BOLD, fontSize=8.6, leading=10.6, textColor=ACCENT, alignment=TA_RIGHT)
SECTION = _style("section", fontName=BOLD, fontSize=10.4, leading=13, textColor=ACCENT)
TITLE = _style("title", fontName=BOLD, fontSize=15, leading=18, alignment=TA_CENTER, textColor=ACCENT)
SUBTITLE = _style("subtitle", fontName=BOLD, fontSize=10.6, leading=13.4, alignment=TA_CENTER)
BIG = _style("big", fontName=BOLD, fontSize=15, leading=18)


def paragraph(text: object, style: ParagraphStyle = TEXT) -> Paragraph:
    """Text from content: never read as markup."""
    return Paragraph(markup(text), style)


def numbered(position: int, text: object) -> Paragraph:
    return Paragraph(markup(text), NUMBERED, bulletText=f"{position}.")
