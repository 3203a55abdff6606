"""What a page is made of: pieces are measured for a width, then painted where they go.

ReportLab's own paragraphs and tables read markup and look at every cell's style again and again. Contents have neither,
so these do it in a third of the time; frames, page breaks and keeping together stay ReportLab's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from .fonts import Runs, runs, width

# not at no-break spaces
_BLANKS = re.compile(r"[ \t]+")
_SHIFTS = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Style:
    font: str
    size: float
    leading: float
    colour: Color
    align: Literal["left", "centre", "right"] = "left"
    indent: float = 0


class Piece(Flowable):
    """Something with a height for a width. The same piece stands in frames of ReportLab and in cells of ours."""

    def measure(self, width: float) -> float:
        raise NotImplementedError

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        """Below `top`, right of `x`, as last measured."""
        raise NotImplementedError

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, self.measure(width)
        return self.width, self.height

    def draw(self) -> None:
        self.paint(self.canv, 0, self.height)


class Space(Piece):
    def __init__(self, height: float) -> None:
        super().__init__()
        self._height = height

    def measure(self, width: float) -> float:
        return self._height

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        pass


class Text(Piece):
    """Plain text, never read as markup: line breaks are kept, signs the font lacks come from the fallback face."""

    def __init__(self, text: object, style: Style, bullet: str = "") -> None:
        super().__init__()
        self._text, self._style, self._bullet = str(text), style, bullet
        self._lines: list[Runs] = []
        self._measured = -1.0

    def measure(self, width: float) -> float:
        if width != self._measured:
            self._measured, self._lines = width, list(self._broken(width - self._style.indent))
        return len(self._lines) * self._style.leading

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        """One text block of our own: ReportLab's looks at fonts and colours again for each piece."""
        style, y = self._style, top - self._style.size
        code = ["BT", _colour(style.colour)]
        if self._bullet:
            code += _shown(canvas, x, y, [(style.font, self._bullet)], style.size)
        for line in self._lines:
            code += _shown(canvas, x + style.indent + self._shift(line), y, line, style.size)
            y -= style.leading
        canvas.addLiteral(" ".join([*code, "ET"]))

    def split(self, width: float, height: float) -> list[Flowable]:
        fitting = int(height // self._style.leading)
        if not 0 < fitting < len(self._lines):
            return []
        head, rest = (Text("", self._style) for _ in range(2))
        head._lines, rest._lines, head._bullet = self._lines[:fitting], self._lines[fitting:], self._bullet
        head._measured = rest._measured = width
        return [head, rest]

    def _shift(self, line: Runs) -> float:
        share = _SHIFTS[self._style.align]
        return share and share * (self._measured - self._style.indent - width(line, self._style.size))

    def _broken(self, space: float) -> Iterator[Runs]:
        for line in self._text.splitlines() or [""]:
            set_line = self._set(" ".join(_BLANKS.split(line.strip(" \t"))))
            if width(set_line, self._style.size) <= space:
                yield set_line
            else:
                yield from map(self._set, self._filled(line, space))

    def _filled(self, line: str, space: float) -> Iterator[str]:
        """As many words on each line as go there; a word longer than a line is cut."""
        filled = ""
        for word in _BLANKS.split(line.strip(" \t")):
            longer = f"{filled} {word}" if filled else word
            if self._width(longer) <= space:
                filled = longer
                continue
            if filled:
                yield filled
            *cut, filled = self._cut(word, space)
            yield from cut
        yield filled

    def _cut(self, word: str, space: float) -> Iterator[str]:
        while len(word) > 1 and self._width(word) > space:
            length = next((n for n in range(2, len(word)) if self._width(word[:n]) > space), len(word)) - 1
            yield word[:length]
            word = word[length:]
        yield word

    def _set(self, text: str) -> Runs:
        return runs(text, self._style.font)

    def _width(self, text: str) -> float:
        return width(self._set(text), self._style.size)


def _shown(canvas: Canvas, x: float, y: float, line: Runs, size: float) -> Iterator[str]:
    yield f"1 0 0 1 {x:.2f} {y:.2f} Tm"
    for name, piece in line:
        font = getFont(name)
        for subset, codes in font.splitString(piece, canvas._doc):
            yield f"{font.getSubsetInternalName(subset, canvas._doc)} {size} Tf ({canvas._escape(codes)}) Tj"


@cache
def _colour(colour: Color) -> str:
    return " ".join(f"{part:.4f}" for part in colour.rgb()) + " rg"


class Stack(Piece):
    """One below the other."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        super().__init__()
        self._pieces = pieces
        self._heights: list[float] = []

    def measure(self, width: float) -> float:
        self._heights = [piece.measure(width) for piece in self._pieces]
        return sum(self._heights)

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        for piece, height in zip(self._pieces, self._heights, strict=True):
            piece.paint(canvas, x, top)
            top -= height
