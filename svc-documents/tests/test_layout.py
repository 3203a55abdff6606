"""What pages are made of: lines that fit, rows that stay whole, signs that are never lost."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from svc_documents.printing import fonts
from svc_documents.printing.pieces import Space, Stack, Text
from svc_documents.printing.styles import CELL, CELL_RIGHT, NUMBERED, TEXT, paragraph
from svc_documents.printing.tables import Grid, Rows

LINE = TEXT.leading


def lines_of(piece, width):
    piece.measure(width)
    return ["".join(text for _, text in line) for line in piece._lines]


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text("abcSO₄²⁻αβ—W", min_size=1, max_size=60), min_size=1, max_size=30))
def test_no_line_is_wider_than_its_place_and_no_sign_is_lost(words):
    text = Text(" ".join(words), CELL)

    lines = lines_of(text, 90)

    assert all(fonts.width(fonts.runs(line, CELL.font), CELL.size) <= 90 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert text.measure(90) == pytest.approx(len(lines) * CELL.leading)


def test_a_text_that_fits_stays_on_one_line():
    assert lines_of(Text("Air mineral  dalam\tkemasan", TEXT), 300) == ["Air mineral dalam kemasan"]


def test_lines_break_where_they_are_told_and_never_at_a_no_break_space():
    assert lines_of(Text("satu\ndua", TEXT), 300) == ["satu", "dua"]
    assert lines_of(Text("suhu 24\u00a0°C", TEXT), fonts.width(fonts.runs("suhu 24", TEXT.font), TEXT.size)) == [
        "suhu",
        "24\u00a0°C",
    ]


def test_nothing_still_takes_a_line():
    assert Text("", TEXT).measure(100) == LINE


def test_a_text_longer_than_the_page_goes_on_on_the_next():
    text = Text("kata " * 200, NUMBERED, bullet="1.")
    lines = lines_of(text, 200)

    head, rest = text.split(200, 5.5 * NUMBERED.leading)

    assert (lines_of(head, 200), lines_of(rest, 200)) == (lines[:5], lines[5:])
    assert text.split(200, 0) == []


def test_a_row_is_as_high_as_its_highest_cell():
    rows = Rows([[paragraph("a"), Stack([paragraph("b"), Space(7), paragraph("c")])]], [50, 50])

    assert rows.measure(100) == pytest.approx(2 * LINE + 7)


def test_a_row_is_never_torn_and_the_head_comes_again():
    head = Rows([[paragraph("Kepala")]], [100])
    grid = Grid(head, Rows([[paragraph(f"{n}\n{n}")] for n in range(5)], [100]))
    grid.measure(100)

    first, later = grid.split(100, 6.5 * LINE)

    assert first.measure(100) == pytest.approx(LINE + 2 * 2 * LINE)
    assert later.measure(100) == pytest.approx(LINE + 3 * 2 * LINE)
    assert grid.split(100, 2.5 * LINE) == []


@pytest.mark.parametrize("style", [CELL, CELL_RIGHT])
def test_text_stands_where_it_is_aligned(style, tmp_path, tool):
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(400, 100), initialFontName=fonts.BODY)
    text = Text("Tepi", style)
    text.measure(300)
    text.paint(canvas, 50, 80)
    canvas.save()
    (tmp_path / "page.pdf").write_bytes(target.getvalue())

    box = tool("pdftotext", "-bbox", tmp_path / "page.pdf", "-")

    edges = [float(box.split(f'{name}="')[-1].split('"')[0]) for name in ("xMin", "xMax")]
    assert edges[0 if style is CELL else 1] == pytest.approx(50 if style is CELL else 350, abs=0.6)
