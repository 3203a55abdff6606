from typing import Any

from reportlab.lib.colors import HexColor

from .fonts import BODY, BOLD, ITALIC, register
from .pieces import Style, Text

register()

INK = HexColor("#1a1f26")
MUTED = HexColor("#55606d")
ACCENT = HexColor("#17375e")
RULE = HexColor("#b9c2cc")
SHADE = HexColor("#eef2f6")
ALERT = HexColor("#8a1c1c")

_TEXT: dict[str, Any] = {"font": BODY, "size": 9.2, "leading": 11.8, "colour": INK}


def _style(**changes: Any) -> Style:
    return Style(**{**_TEXT, **changes})


TEXT = _style()
RIGHT = _style(align="right")
CENTRED = _style(align="centre")
STRONG = _style(font=BOLD)
STRONG_RIGHT = _style(font=BOLD, align="right")
LABEL = _style(colour=MUTED)
SMALL = _style(size=8, leading=10.2, colour=MUTED)
NOTE = _style(size=8.4, leading=10.8)
NUMBERED = _style(size=8.4, leading=10.8, indent=12)
ASIDE = _style(font=ITALIC, size=8.4, leading=10.8, colour=MUTED)
CELL = _style(size=8.6, leading=10.6)
CELL_CENTRED = _style(size=8.6, leading=10.6, align="centre")
CELL_RIGHT = _style(size=8.6, leading=10.6, align="right")
CELL_STRONG = _style(font=BOLD, size=8.6, leading=10.6)
CELL_ALERT = _style(font=BOLD, size=8.6, leading=10.6, colour=ALERT)
CELL_ALERT_CENTRED = _style(font=BOLD, size=8.6, leading=10.6, colour=ALERT, align="centre")
HEAD = _style(font=BOLD, size=8.6, leading=10.6, colour=ACCENT)
HEAD_CENTRED = _style(font=BOLD, size=8.6, leading=10.6, colour=ACCENT, align="centre")
HEAD_RIGHT = _style(font=BOLD, size=8.6, leading=10.6, colour=ACCENT, align="right")
SECTION = _style(font=BOLD, size=10.4, leading=13, colour=ACCENT)
TITLE = _style(font=BOLD, size=15, leading=18, align="centre", colour=ACCENT)
SUBTITLE = _style(font=BOLD, size=10.6, leading=13.4, align="centre")
BIG = _style(font=BOLD, size=15, leading=18)


def paragraph(text: object, style: Style = TEXT) -> Text:
    """Text from content: never read as markup."""
    return Text(text, style)


def numbered(position: int, text: object) -> Text:
    return Text(text, NUMBERED, bullet=f"{position}.")
