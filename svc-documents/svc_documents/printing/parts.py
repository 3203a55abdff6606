"""Pieces that several kinds of document are made of."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import segno
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from .pieces import Piece, Stack
from .sheet import TEXT_WIDTH
from .styles import ACCENT, CENTRED, HEAD, LABEL, MUTED, RULE, SECTION, SHADE, SMALL, TEXT, paragraph
from .tables import PLAIN, Grid, Look, Rows

Pairs = Sequence[tuple[str, object]]
# trying all eight masks takes five times as long; readers do not mind which one it is
MASK = 3
HALF = (TEXT_WIDTH - 6 * mm) / 2

_TIGHT = Look(bottom=1.4)
_MIDDLE = Look(is_middle=True)
_SECTION = Look(left=7, right=6, top=2.5, bottom=4.5, shade=SHADE, before=(2.4, ACCENT))
_BODY = Look(left=4, right=4, top=1.8, bottom=3.6, between=(0.4, RULE), below=(0.9, MUTED))
_HEAD = replace(_BODY, is_middle=True, shade=SHADE, above=(0.9, ACCENT), below=(0.9, ACCENT))


class QrCode(Piece):
    """segno's matrix drawn as runs of modules; light modules stay paper."""

    def __init__(self, content: str, size: float = 26 * mm) -> None:
        super().__init__()
        self._size = size
        self._matrix = segno.make(content, error="m", micro=False, boost_error=False, mask=MASK).matrix

    def measure(self, width: float) -> float:
        return self._size

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        """In whole modules: a coordinate of one or two digits is written in no time."""
        scale = self._size / len(self._matrix)
        canvas.saveState()
        canvas.setFillGray(0)
        canvas.transform(scale, 0, 0, -scale, x, top)
        for row, modules in enumerate(self._matrix):
            canvas.addLiteral(" ".join(f"{start} {row} {length} 1 re" for start, length in _dark_runs(modules)))
        canvas.addLiteral("f")
        canvas.restoreState()


class Picture(Piece):
    """A PNG as large as fits into its bounds, never distorted."""

    def __init__(self, png: bytes, *, most_wide: float, most_high: float) -> None:
        super().__init__()
        self._image = ImageReader(BytesIO(png))
        wide, high = self._image.getSize()
        scale = min(most_wide / wide, most_high / high)
        self.size = (wide * scale, high * scale)

    def measure(self, width: float) -> float:
        return self.size[1]

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        wide, high = self.size
        canvas.drawImage(self._image, x, top - high, width=wide, height=high, mask="auto")


def _dark_runs(modules: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for column, is_dark in enumerate(modules):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs


def facts(pairs: Pairs, width: float = TEXT_WIDTH, label_width: float = 34 * mm) -> Rows:
    """Label and value, one below the other; empty values are left out."""
    rows = [[paragraph(label, LABEL), paragraph(":", LABEL), paragraph(value, TEXT)] for label, value in pairs if value]
    return Rows(rows, [label_width, 3 * mm, width - label_width - 3 * mm], _TIGHT)


def side_by_side(left: Piece, right: Piece, *, gap: float = 6 * mm) -> Rows:
    half = (TEXT_WIDTH - gap) / 2
    return Rows([[left, Stack([]), right]], [half, gap, half], PLAIN)


def section(text: str) -> Rows:
    return Rows([[paragraph(text, SECTION)]], [TEXT_WIDTH], _SECTION)


def grid(head: Sequence[str | Piece], rows: Sequence[Sequence[Piece]], widths: Sequence[float]) -> Grid:
    """A table whose head is repeated on every page it runs over."""
    titles = [paragraph(title, HEAD) if isinstance(title, str) else title for title in head]
    return Grid(Rows([titles], widths, _HEAD), Rows(rows, widths, _BODY))


def boxed(pieces: Sequence[Piece], colour: Color = RULE) -> Rows:
    look = Look(left=7, right=7, top=4, bottom=6, box=(0.8, colour))
    return Rows([[Stack(pieces)]], [TEXT_WIDTH], look)


SIGNATURES = {
    "office": "Disegel secara elektronik dengan sertifikat kantor (tidak tersertifikasi).",
    "bsre": "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik "
    "yang diterbitkan BSrE, BSSN.",
}


def verification(verify_url: str | None, sentence: str, signature: str) -> Piece:
    """QR code with the address in words, or the remark that a draft has none."""
    if verify_url is None:
        return paragraph("Draf: kode verifikasi dibuat saat dokumen diterbitkan.", SMALL)
    page, _, code = verify_url.rpartition("/")
    words = [paragraph(text, SMALL) for text in (sentence, f"{page}/\n{code}", SIGNATURES.get(signature)) if text]
    return Rows([[QrCode(verify_url), Stack(words)]], [29 * mm, HALF - 29 * mm], _MIDDLE)


def end_mark(text: str) -> Piece:
    return paragraph(f"—— {text} ——", CENTRED)
