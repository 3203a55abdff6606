"""The table of results and the notes its marks refer to."""

from collections.abc import Collection, Iterator, Sequence
from string import ascii_lowercase

from reportlab.lib.units import mm

from ...printing.parts import grid
from ...printing.pieces import Piece
from ...printing.styles import (
    CELL,
    CELL_ALERT,
    CELL_ALERT_CENTRED,
    CELL_CENTRED,
    CELL_STRONG,
    HEAD,
    HEAD_CENTRED,
    NOTE,
    paragraph,
)
from ...printing.tables import Grid
from ..kinds import Content

OUT_OF_SCOPE = "*) Parameter tidak termasuk lingkup akreditasi."
FAILS = "▲ Tidak memenuhi: hasil di luar batas yang ditetapkan peraturan."
CONFORMITY = {"conforms": "Memenuhi", "fails": "▲ Tidak memenuhi", None: "–"}

_HEAD = [
    paragraph("No.", HEAD_CENTRED),
    paragraph("Parameter", HEAD),
    paragraph("Satuan", HEAD_CENTRED),
    paragraph("Hasil", HEAD_CENTRED),
    paragraph("Batas", HEAD_CENTRED),
    paragraph("Metode", HEAD),
    paragraph("Keterangan", HEAD),
]
_WIDTHS = [9 * mm, 36 * mm, 19 * mm, 21 * mm, 24 * mm, 36 * mm, 29 * mm]


# columns an office may leave out, by their place; what they leave goes to the parameter's name
_OPTIONAL = {"unit": 2, "limit": 4, "method": 5, "conformity": 6}
_TAKES_ALL = 1


def results_table(results: Sequence[Content], *, is_marked: bool, hidden: Collection[str] = ()) -> Grid:
    places = [place for place in range(len(_HEAD)) if place not in {_OPTIONAL[name] for name in hidden}]
    marks = _note_marks(results)
    rows = [
        _row(position, result, mark=mark, is_marked=is_marked)
        for position, (result, mark) in enumerate(zip(results, marks, strict=True), start=1)
    ]
    widths = [_WIDTHS[place] for place in places]
    widths[_TAKES_ALL] += sum(_WIDTHS) - sum(widths)
    return grid([_HEAD[place] for place in places], [[row[place] for place in places] for row in rows], widths)


def footnotes(results: Sequence[Content], *, is_marked: bool) -> list[Piece]:
    notes = [OUT_OF_SCOPE] if is_marked and any(not result["is_accredited"] for result in results) else []
    if any(result["conformity"] == "fails" for result in results):
        notes.append(FAILS)
    for result, mark in zip(results, _note_marks(results), strict=True):
        if mark:
            notes.append(f"{mark} {' '.join(_remarks(result))}")
    return [paragraph(note, NOTE) for note in notes]


def _row(position: int, result: Content, *, mark: str, is_marked: bool) -> list[Piece]:
    fails = result["conformity"] == "fails"
    name = "".join([result["parameter"], " *)" if is_marked and not result["is_accredited"] else ""])
    value = " ".join(text for text in (result["result"], result["uncertainty"]) if text)
    return [
        paragraph(position, CELL_CENTRED),
        paragraph(f"{name} {mark}".strip(), CELL_STRONG if fails else CELL),
        paragraph(result["unit"], CELL_CENTRED),
        paragraph(value, CELL_ALERT_CENTRED if fails else CELL_CENTRED),
        paragraph(result["limit"] or "–", CELL_CENTRED),
        paragraph(result["method"], CELL),
        paragraph(CONFORMITY[result["conformity"]], CELL_ALERT if fails else CELL),
    ]


def _note_marks(results: Sequence[Content]) -> list[str]:
    marks = _letters()
    return [next(marks) if _remarks(result) else "" for result in results]


def _letters() -> Iterator[str]:
    """a) … z), then aa) …: a long report may need more than one alphabet."""
    yield from (f"{letter})" for letter in ascii_lowercase)
    yield from (f"{first}{second})" for first in ascii_lowercase for second in ascii_lowercase)


def _remarks(result: Content) -> list[str]:
    provider = result["external_provider"]
    return [*([f"Diuji oleh penyedia eksternal: {provider}."] if provider else []), *filter(None, [result["note"]])]
