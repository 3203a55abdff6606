"""Tables: rows of pieces with paddings, rules and a shade, split between rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether

from .pieces import Piece, Stack
from .sheet import PAGE_ROOM

Row = Sequence[Piece]
Rule = tuple[float, Color]


@dataclass(frozen=True)
class Look:
    """Paddings of every cell, and what is drawn behind them; a rule is (width, colour)."""

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0
    is_middle: bool = False
    shade: Color | None = None
    above: Rule | None = None
    between: Rule | None = None
    below: Rule | None = None
    before: Rule | None = None
    box: Rule | None = None


PLAIN = Look()


class Rows(Piece):
    def __init__(self, rows: Sequence[Row], widths: Sequence[float], look: Look = PLAIN) -> None:
        super().__init__()
        self.rows, self._widths, self.look = rows, widths, look
        self._lefts = [0.0, *accumulate(widths)]
        self.heights: list[float] = []
        self._cells: list[list[float]] = []

    def measure(self, width: float) -> float:
        if not self.heights:
            spaces = [width - self.look.left - self.look.right for width in self._widths]
            self._cells = [[cell.measure(space) for cell, space in zip(row, spaces, strict=True)] for row in self.rows]
            self.heights = [max(cells) + self.look.top + self.look.bottom for cells in self._cells]
        return sum(self.heights)

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        self._paint_behind(canvas, x, top)
        for row, cells, height in zip(self.rows, self._cells, self.heights, strict=True):
            for cell, own, left in zip(row, cells, self._lefts, strict=False):
                spare = (height - own - self.look.top - self.look.bottom) / 2 if self.look.is_middle else 0
                cell.paint(canvas, x + left + self.look.left, top - self.look.top - spare)
            top -= height

    def split(self, width: float, height: float) -> list[Flowable]:
        count = sum(1 for total in accumulate(self.heights) if total <= height)
        return [self.part(0, count), self.part(count, len(self.rows))] if 0 < count < len(self.rows) else []

    def part(self, first: int, last: int) -> "Rows":
        """Some of its rows, as measured."""
        part = Rows(self.rows[first:last], self._widths, self.look)
        part.heights, part._cells = self.heights[first:last], self._cells[first:last]
        return part

    def _paint_behind(self, canvas: Canvas, x: float, top: float) -> None:
        look, right, bottom = self.look, x + self._lefts[-1], top - sum(self.heights)
        if look.shade:
            canvas.setFillColor(look.shade)
            canvas.rect(x, bottom, right - x, top - bottom, stroke=0, fill=1)
        lines = [top - total for total in accumulate(self.heights)]
        for rule, ys in ((look.above, [top]), (look.between, lines[:-1]), (look.below, [bottom])):
            if rule:
                _pen(canvas, rule)
                canvas.lines([(x, y, right, y) for y in ys])
        if look.before:
            _pen(canvas, look.before)
            canvas.line(x, top, x, bottom)
        if look.box:
            _pen(canvas, look.box)
            canvas.rect(x, bottom, right - x, top - bottom)


class Grid(Piece):
    """A table whose head is repeated on every page it runs over."""

    def __init__(self, head: Rows, body: Rows) -> None:
        super().__init__()
        self._head, self._body = head, body

    def measure(self, width: float) -> float:
        return self._head.measure(width) + self._body.measure(width)

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        self._head.paint(canvas, x, top)
        self._body.paint(canvas, x, top - sum(self._head.heights))

    def split(self, width: float, height: float) -> list[Flowable]:
        parts = self._body.split(width, height - self._head.measure(width))
        return [Grid(self._head, part) for part in parts]

    @property
    def head_height(self) -> float:
        return sum(self._head.heights)

    def without_its_last(self, count: int) -> float:
        """The height of all rows but the last `count`."""
        return sum(self._body.heights[:-count])


class Closing(Piece):
    """A table with the remarks on it and the end of the paper, which never stands on a page without the last rows."""

    def __init__(self, table: Grid, remarks: Sequence[Piece], end: Sequence[Piece], *, least: int = 2) -> None:
        super().__init__()
        self._table, self._remarks, self._end, self._least = table, remarks, end, least
        self._rest = Stack([*remarks, *end])

    def measure(self, width: float) -> float:
        self._above = self._table.measure(width)
        return self._above + self._rest.measure(width)

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        self._table.paint(canvas, x, top)
        self._rest.paint(canvas, x, top - self._above)

    def split(self, width: float, height: float) -> list[Flowable]:
        """As many rows as go here, but the last ones; what would fill more than a page with these flows on as it can."""
        last = self._table.without_its_last(self._least)
        if self._above - last + self._rest.measure(width) > PAGE_ROOM:
            return self._loosened(width, height)
        parts = self._table.split(width, min(height, last + self._table.head_height))
        return [parts[0], Closing(parts[1], self._remarks, self._end, least=self._least)] if parts else []

    def _loosened(self, width: float, height: float) -> list[Flowable]:
        parts = [self._table] if self._above <= height else self._table.split(width, height)
        return [*parts, *self._remarks, KeepTogether([*self._end])] if parts else []


def _pen(canvas: Canvas, rule: Rule) -> None:
    canvas.setLineWidth(rule[0])
    canvas.setStrokeColor(rule[1])
