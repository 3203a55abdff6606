"""Pieces that several kinds of document are made of."""

from collections.abc import Sequence

import segno
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, LongTable, Table, TableStyle

from .fonts import BODY
from .sheet import TEXT_WIDTH
from .styles import ACCENT, CENTRED, HEAD, LABEL, MUTED, RULE, SECTION, SHADE, SMALL, TEXT, paragraph

Pairs = Sequence[tuple[str, object]]
# trying all eight masks takes five times as long; readers do not mind which one it is
MASK = 3
# without it every table drags in Helvetica, which is not embedded
FACE = ("FONTNAME", (0, 0), (-1, -1), BODY)


class QrCode(Flowable):
    """segno's matrix drawn as runs of modules; light modules stay paper."""

    def __init__(self, content: str, size: float = 26 * mm) -> None:
        super().__init__()
        self.width = self.height = size
        self._matrix = segno.make(content, error="m", micro=False, boost_error=False, mask=MASK).matrix

    def draw(self) -> None:
        module = self.width / len(self._matrix)
        path = self.canv.beginPath()
        for row, modules in enumerate(self._matrix):
            for start, length in _dark_runs(modules):
                path.rect(start * module, self.height - (row + 1) * module, length * module, module)
        self.canv.setFillGray(0)
        self.canv.drawPath(path, stroke=0, fill=1)


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


def facts(pairs: Pairs, width: float = TEXT_WIDTH, label_width: float = 34 * mm) -> Table:
    """Label and value, one below the other; empty values are left out."""
    rows = [[paragraph(label, LABEL), paragraph(":", LABEL), paragraph(value, TEXT)] for label, value in pairs if value]
    table = Table(rows or [["", "", ""]], colWidths=[label_width, 3 * mm, width - label_width - 3 * mm])
    table.setStyle(_TIGHT)
    return table


def side_by_side(left: Flowable, right: Flowable, *, gap: float = 6 * mm) -> Table:
    half = (TEXT_WIDTH - gap) / 2
    table = Table([[left, "", right]], colWidths=[half, gap, half])
    table.setStyle(_BARE)
    return table


HALF = (TEXT_WIDTH - 6 * mm) / 2


def section(text: str) -> Table:
    table = Table([[paragraph(text, SECTION)]], colWidths=[TEXT_WIDTH])
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("BACKGROUND", (0, 0), (-1, -1), SHADE),
                ("LINEBEFORE", (0, 0), (0, -1), 2.4, ACCENT),
                ("LEFTPADDING", (0, 0), (-1, -1), 7),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5),
            ]
        )
    )
    return table


def grid(head: Sequence[str | Flowable], rows: Sequence[Sequence[Flowable]], widths: Sequence[float]) -> LongTable:
    """A table whose head is repeated on every page it runs over."""
    titles = [paragraph(title, HEAD) if isinstance(title, str) else title for title in head]
    table = LongTable([titles, *rows], colWidths=list(widths), repeatRows=1)
    table.setStyle(_GRID)
    return table


def boxed(content: Flowable | list[Flowable], width: float = TEXT_WIDTH, colour: object = RULE) -> Table:
    table = Table([[content]], colWidths=[width])
    table.setStyle(
        TableStyle(
            [
                FACE,
                ("BOX", (0, 0), (-1, -1), 0.8, colour),
                ("LEFTPADDING", (0, 0), (-1, -1), 7),
                ("RIGHTPADDING", (0, 0), (-1, -1), 7),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    return table


def verification(verify_url: str | None, sentence: str) -> Flowable:
    """QR code with the address in words, or the remark that a draft has none."""
    if verify_url is None:
        return paragraph("Draf: kode verifikasi dibuat saat dokumen diterbitkan.", SMALL)
    page, _, code = verify_url.rpartition("/")
    words = [paragraph(sentence, SMALL), paragraph(f"{page}/\n{code}", SMALL)]
    table = Table([[QrCode(verify_url), words]], colWidths=[29 * mm, HALF - 29 * mm])
    table.setStyle(TableStyle([*_BARE_COMMANDS, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table


def end_mark(text: str) -> Flowable:
    return paragraph(f"—— {text} ——", CENTRED)


_BARE_COMMANDS = [
    FACE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]
_BARE = TableStyle(_BARE_COMMANDS)
_TIGHT = TableStyle([*_BARE_COMMANDS, ("BOTTOMPADDING", (0, 0), (-1, -1), 1.4)])
_GRID = TableStyle(
    [
        FACE,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.9, ACCENT),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("LINEBELOW", (0, -1), (-1, -1), 0.9, MUTED),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 1.8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.6),
    ]
)
